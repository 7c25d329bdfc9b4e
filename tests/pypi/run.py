"""Runs a program that reaches a server under test by its public address, which leads nowhere: ORIGIN=https://… TO=http://127.0.0.1:…"""
import importlib.util
import os
import runpy
import sys

import httpx2

origin, to = httpx2.URL(os.environ["ORIGIN"]), httpx2.URL(os.environ["TO"])
real = httpx2.AsyncHTTPTransport.handle_async_request


async def mapped(self, request):
    if request.url.host == origin.host:
        request.url = request.url.copy_with(scheme=to.scheme, host=to.host, port=to.port)
    return await real(self, request)


httpx2.AsyncHTTPTransport.handle_async_request = mapped

if importlib.util.find_spec("requests"):
    import requests

    real_send = requests.adapters.HTTPAdapter.send

    def mapped_send(self, request, **more):
        request.url = request.url.replace(os.environ["ORIGIN"], os.environ["TO"])
        return real_send(self, request, **more)

    requests.adapters.HTTPAdapter.send = mapped_send

sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
