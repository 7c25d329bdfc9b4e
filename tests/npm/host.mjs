// A host of MCP Apps, with the official bridge: shows the card in a sandboxed frame and hands it a tool's result. Bundled for the browser by the story.
import { AppBridge, PostMessageTransport } from "@modelcontextprotocol/ext-apps/app-bridge";

globalThis.shows = async (card, result, hostContext) => {
  const frame = document.createElement("iframe");
  frame.sandbox = "allow-scripts allow-same-origin"; // the story reads what it shows
  frame.style.cssText = "width: 100%; height: 720px; border: 0";
  document.body.replaceChildren(frame);
  const opened = [];
  const bridge = new AppBridge(null, { name: "host", version: "1" }, { openLinks: {} }, { hostContext });
  bridge.onopenlink = async ({ url }) => { opened.push(url); return {}; };
  const ready = new Promise((resolve) => { bridge.oninitialized = resolve; });
  const sized = new Promise((resolve) => { bridge.onsizechange = resolve; });
  await bridge.connect(new PostMessageTransport(frame.contentWindow, frame.contentWindow));
  frame.srcdoc = card;
  await ready;
  await bridge.sendToolInput({ arguments: {} });
  await bridge.sendToolResult(result);
  await sized;
  globalThis.opened = opened;
  return true;
};
