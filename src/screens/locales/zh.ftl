# 简体中文。称呼用“您”；名称放在引号里，前后不必空格。

title = 您的信息与 AI 助手
languages = 语言
leave = 离开本页
back = 前往您的页面

exit = 快速离开
away = 此页面为空
enter-heading = 您自己的页面
enter-text = 在这里，您可以看到 AI 助手能从您的移动网络了解到您的哪些信息，并由您自己决定。
enter-button = 打开我的页面
enter-once = 此链接只能使用一次，15 分钟内有效。

code-heading = 还差一步
code-text = 我们已通过另一种方式向您发送了六位验证码，10 分钟内有效。
code-label = 验证码
code-wrong = 验证码不正确。还可以再试 { $left } 次。
lost-heading = 此请求已结束
lost-text = 有助手请求与您关联，但该请求已经回答过，或时间过久。打开本页没有改变任何内容：请从助手那里重新开始。
kept-heading = 您的页面已经关闭
kept-text = 没有作出任何决定。您的选择会在此设备上保留一小时：请重新打开页面，再作回答。
kept-again = 这是页面关闭前您的选择。尚未作出任何决定，请您回答。
stranger-heading = 此登录无法打开任何页面
stranger-text = 没有任何更改。请再试一次，或向您的运营商索取链接。
login = 使用运营商账号登录
login-heading = 您已登录
login-text = 在您退出之前，或 15 分钟未使用之前，您的页面在此设备上保持打开。
link-heading = “{ $recipient }”请求与您关联
link-text = “{ $recipient }”只会通过一个专用代号认识您，别处不会使用这个代号，它也不会得知您的号码。它只能了解您允许的内容，您随时可以在自己的页面上终止。
link-asks = 它想了解
link-before = 请在下一页作出决定。如果您的页面在此设备上尚未打开，请先登录，或在这里打开运营商发来的链接，之后会回到这个问题。
link-go = 继续
link-allow = 关联
link-refuse = 不关联
link-back = 无论如何选择，您都会返回 { $host }，对方只会得知是否已关联。
link-nothing = 您还没有允许其中任何一项。请先在上面允许一个问题，或选择不关联。
pin = PIN 码与设备
pin-heading = 保护您的页面
pin-text = 设置 PIN 码后，拿着您手机的人看不到谁询问过您、掌握了您的哪些信息，也看不到您的凭证。暂停和撤回永远不需要 PIN 码。
pin-label = PIN 码
pin-old = 当前 PIN 码
pin-new = 新 PIN 码，六位数字
pin-again = 再次输入新 PIN 码
pin-save = 保存 PIN 码
pin-remove = 取消 PIN 码
pin-say-heading = 请输入 PIN 码
pin-say-text = 您为此处设置了 PIN 码。暂停和撤回不需要它。
pin-say-button = 打开
pin-wrong = PIN 码不正确。还可以再试 { $left } 次。
pin-locked = 错误次数过多。{ $when } 可以再试。
pin-differ = 两次输入的新 PIN 码不一致。
pin-weak = 请选择六位数字，不要全部相同，也不要连续。
pin-forgotten = 忘记了？请通过运营商登录，或用带验证码的链接重新打开页面。之后 10 分钟内可以设置新的 PIN 码。
pin-closed = 输入 PIN 码，查看谁询问过
everywhere = 在所有设备上关闭
everywhere-text = 在所有打开您页面的设备上将其关闭，包括这台设备。

dead-heading = 此链接已失效
dead-text = 每个链接只能打开您的页面一次，15 分钟内有效。请向您的运营商索取新链接。
ended-heading = 您的页面已关闭
ended-text = 为了保护您，15 分钟未使用或满 4 小时后，页面自动关闭。请向您的运营商索取新链接。
foreign-heading = 这个请求不是从您的页面发出的
foreign-text = 没有任何更改。请打开您的页面再试一次。
odd-heading = 无法理解这个请求
odd-text = 没有任何更改。请打开您的页面再试一次。
stale-heading = 说明文字已有变动
stale-text = 您读到的文字已不再有效，因此没有记录您的回答。请重新阅读。
missing-heading = 这里什么也没有
missing-text = 可能是网址没有复制完整。
busy-heading = 暂时无法处理
busy-text = 请稍后再试。您的页面始终显示当前有效的内容。

status = { $count ->
    [0] 没有人可以看到您的任何信息
   *[other] 有 { $count } 个 AI 助手可以看到您的部分信息
}
status-paused = 已全部暂停
pause = 暂停
resume = 恢复
withdraw = 撤回
pause-all = 全部暂停
resume-all = 全部恢复
withdraw-all = 全部撤回
withdraw-all-text = 您给出的所有许可将立即永久终止。以后如果想再次允许，需要重新回答。
pause-recipient = 暂停“{ $recipient }”
resume-recipient = 恢复“{ $recipient }”
withdraw-recipient = 撤回给“{ $recipient }”的所有许可
withdraw-recipient-text = 给“{ $recipient }”的所有许可将立即永久终止。以后如果想再次允许，需要重新回答。

processes-in = 数据处理地点：{ $country }
country = { $code ->
    [AE] 阿拉伯联合酋长国
    [CA] 加拿大
    [CN] 中国
    [DE] 德国
    [FR] 法国
    [GB] 英国
    [IE] 爱尔兰
    [IN] 印度
    [JP] 日本
    [KR] 韩国
    [NL] 荷兰
    [SG] 新加坡
    [US] 美国
   *[other] { $code }
}
sees-nothing = 看不到任何信息
may-see = 可以看到
may-not-see = 不可以看到
open = { $count } 个问题等您回答
open-text = 在您回答之前，不会提供其中任何信息。
until = 有效期至
label-who = 谁
label-what = 什么信息
label-purpose = 用途
label-precision = 精确程度
status-paused-until = 已全部暂停，至 { $when }
pause-while = 暂停一段时间
pause-hour = 一小时
pause-tomorrow = 到明天
paused-until = 已暂停至 { $when }
effect-pause-until = 在 { $when } 之前不会提供。之后会自动恢复，您也可以随时提前恢复。
moment = { $date } { $time }
paused-mark = 已暂停

how-precise = 精确到什么程度？
how-long = 允许多长时间？
term-30 = 30 天
term-90 = 90 天
term-365 = 一年
limit-further = 设定更严格的限制（可选）
when-in-day = 一天中的什么时间？
how-often = 多久一次？
label-hours = 允许的时段
label-often = 允许的次数
hours-any = 任何时间
hours-between = { $from } 至 { $to }
quota-any = 每次查询都可以
quota-once = 仅限一次
quota-life = 总共 { $count } 次
quota-hour = 每小时最多 { $count } 次
quota-day = 每天最多 { $count } 次
quota-week = 每周最多 { $count } 次
quota-month = 每月最多 { $count } 次
allow = 允许
refuse = 不允许
choose-precision-and-term = 如要允许，请选择精确程度和期限。
choose-precision = 如要允许，请选择精确程度。
choose-term = 如要允许，请选择期限。
change-answer = 更改回答
refused-on = 您于 { $date } 选择了不允许
ended-on = 已于 { $date } 到期
withdrawn = 已由您撤回

notice = 是否允许“{ $recipient }”了解{ $what }？这些信息将{ $purpose }，并在{ $country }处理。{ $limit }您可以自由拒绝，也可以随时在本页更改回答。
own-words = “{ $recipient }”自己的说明：“{ $words }”

waiting-heading = 等待您的回答
waiting-asked = “{ $recipient }”询问是否可以查看：{ $what }。
waiting-written = { $date }，我们的工作人员记下您允许“{ $recipient }”查看：{ $what }。只有您在这里亲自同意后才会生效。
answer = 回答

everything = 全部
done-grant = 已允许
done-refuse = 未允许
done-pause = 已暂停
done-resume = 已恢复
done-withdraw = 已撤回
done-nothing = 没有变化
effect-grant = 从现在起可以提供。
effect-refuse = 不会提供，也不会再次询问。
effect-pause = 从现在起不再提供。您可以随时恢复。
effect-resume = 从现在起可以再次提供。
effect-withdraw = 从现在起不再提供。
effect-nothing = 原来就是这样。
again-text = 已撤回的许可不会自动恢复：如果想再次允许，需要重新回答问题。
back-to = 返回“{ $recipient }”
undo = 撤销操作

receipts = 您的同意凭证
receipts-text = 您曾经允许或不允许的一切，以及当时向您展示的文字。打开其中一份，可以查看后续情况并保存。
receipts-none = 还没有凭证。每当您允许或不允许某项内容时，就会生成一份。
receipts-all = 全部凭证
receipt-of = 凭证：{ $recipient }
receipt-signed = 已签名的凭证（JWS）
receipt-json = 附证明（JSON）
receipt-keep = 保存凭证
receipt-keep-text = 凭证由您的运营商签名，今后任何人都可以自行核验，无需询问我们。您也可以打印本页。
what-you-read = 当时向您展示的文字
what-was-done = 处理记录
label-state = 当前状态
state-unknown = 尚未决定
state-requested = 已询问，未回答
state-request-deferred = 稍后回答
state-refused = 不允许
state-given = 允许中
state-expired = 已到期
state-withdrawn = 已由您撤回
state-revoked = 已由运营商终止
state-invalidated = 已被认定无效
state-renewed = 已续期，允许中
state-paused = 已暂停
state-superseded = 已被之后的回答取代
act-grant = 允许
act-refuse = 不允许
act-pause = 暂停
act-resume = 恢复
act-withdraw = 撤回
act-request = 询问
act-capture = 已记录，待本人确认
act-defer = 推迟回答
act-revoke = 终止
act-invalidate = 认定无效
act-renew = 续期
act-supersede = 被取代
by-subscriber = 由您本人
by-guardian = 由监护人
by-delegate = 由您委托的人
by-staff = 由工作人员按您的要求
by-operator = 由运营商
by-authority = 由主管机关

later = 以后再问
put-off = 您已推迟回答。{ $date }之前不会再次询问；您随时可以在这里回答。
waiting-guardian = { $date }，您同意“{ $recipient }”查看：{ $what }。监护人也同意后才会生效。
waiting-child = { $date }，您的孩子同意“{ $recipient }”查看：{ $what }。只有您同意后才会生效。
paused-by-guardian = 已由监护人暂停
label-by = 由谁决定
done-capture = 将询问您的监护人
done-defer = 已推迟
done-renew = 已延长
effect-capture = 目前不会提供任何信息。监护人也同意后，您的同意才会生效。
effect-defer = 在您回答之前不会提供。
effect-renew = 将持续到新的日期。您仍可随时停止。
notice-child = “{ $recipient }”想知道{ $what }。它想把这些信息{ $purpose }。它的电脑在{ $country }。{ $limit }您可以说不，不会有任何坏事发生。如果您说可以，监护人也要说可以才行。您随时可以改变主意。
child-home = 手机网络大概知道您在哪里、喜欢什么。在这里可以看到谁可以知道这些。您随时可以说不，或者按“暂停”。如果要说可以，监护人也要说可以才行。
family = 家人和帮手
family-text = 这里只写每个人与您的关系，不显示电话号码。
family-none = 没有人代您行事，您也不代任何人行事。如需更改，请联系您的运营商。
family-for = 您可以代谁行事
family-by = 谁可以代您行事
family-child = 您的孩子，自{ $date }起
family-ward = 法院指定由您监护的人，自{ $date }起
family-asked = 委托您行事的人，自{ $date }起
family-line = 使用您名下号码的人，自{ $date }起
family-guardian = 您的监护人，自{ $date }起
family-delegate = 您委托的人，自{ $date }起
family-owner = 您的号码的合同持有人，自{ $date }起
family-until = 至{ $date }
family-may-all = 可以查看页面，也可以允许、拒绝、暂停和终止。
family-may-allow = 可以允许、拒绝、暂停和终止。
family-may-stop = 可以拒绝、暂停和终止，但不能允许。
family-may-forbid = 可以在此号码上禁止某些内容，但不能允许，也不能查看。
family-every = 所有助手
family-forbids = { $recipient }：{ $what }，已禁止
family-forbids-finer = { $recipient }：{ $what }，最多到{ $precision }
family-waits = 您的孩子有 { $count } 个问题在等您的意见。
family-enter = 打开这些页面
notices = 何时通知您
notices-text = 每当助手获得关于您的信息时，您可以收到一条消息：是谁、哪类信息、用于什么、在什么时间。消息中绝不会写您在哪里。
notices-law = 您所在国家的法律要求每次都通知您。减少通知次数由您自己选择；任何通知都不会拖延超过 30 天。
notices-silent = 这里尚未设置消息。在此之前，只有这些页面会显示谁获得了什么。
notices-often = 通知频率
notices-every = 每次都通知
notices-times = 每满 { $count } 次合并通知
notices-days = { $count } 天内合并通知
notices-off = 不通知
notices-note = 如果您选择按次数，剩余的会在 30 天内通知您。
notices-quiet = 免打扰时段
notices-no-quiet = 不设免打扰时段
notices-save = 保存此选择
acting-child = 您正在代您的孩子行事（自{ $date }起有权）。这些页面上的“您”指您的孩子。
acting-ward = 您正在代您监护的人行事（自{ $date }起有权）。这些页面上的“您”指该人。
acting-back = 返回我自己的页面
ends-heading = 即将结束
ends-on = { $recipient }：{ $what }。{ $date }结束。
ends-look = 查看
ends-by-itself = { $date }自动结束，您无需做任何事。
let-end = 让它结束
renew = 延长至{ $date }
help = 帮助与投诉
help-wrong = 如果觉得有问题
help-pause = 请先暂停。在您核实期间，不会再提供任何信息。
help-note = 在“谁查询了什么”中找到该请求，记下日期、时间和询问方。您的同意凭证显示您曾允许的内容。
help-ask = 告知运营商的数据保护负责人。运营商未在此处写明联系方式，客服必须告诉您。最迟一个月内应得到答复。
help-authority = 如果对答复不满意，可向{ $authority }（{ $place }）投诉，无需付费。
help-words = 词语说明
word-assistant = 助手
means-assistant = 其他公司的程序，为您解答问题，并可能向您的运营商询问有关您的提示。
word-permission = 许可
means-permission = 您同意一个助手，为一个目的获得一类信息，直到您选择的日期。
word-pause = 暂停
means-pause = 在您恢复之前不会提供任何信息。许可仍然保留。
word-withdraw = 撤回
means-withdraw = 许可永久终止，并要求助手删除由此得到的内容。
word-receipt = 凭证
means-receipt = 经签名的证明，记录向您显示的内容和您的回答。
help-about = 投诉此次查询
help-request = 您所指的查询
help-when = 时间
help-number = 查询凭证编号
help-quote = 请提供以上内容，以便运营商找到此次查询。您的同意凭证显示您曾允许的内容。
help-officer = 告知运营商的数据保护负责人{ $officer }，联系方式：{ $address }。最迟一个月内应得到答复。
elsewhere = 在其他国家
elsewhere-text = 您的运营商属于一个集团。集团内的每家运营商各自保存所知的信息，彼此之间不会转移您的任何信息。
elsewhere-here = 您的运营商
elsewhere-holds-here = 保存您的许可、同意凭证以及所知的关于您的信息。您可以在这些页面上看到全部内容。
elsewhere-holds-there = 没有从这里得到任何信息。如果它自己保存了您的信息，会由它自己向您展示。
elsewhere-ask-there = 查看其页面
elsewhere-permissions = 您的许可在那里有何效力
elsewhere-here-only = 您在这里的许可只在这里有效。任何人都不能因此向其他运营商查询您的信息。
elsewhere-asked-again = 即使其他运营商认可您在这里的同意，也必须再次询问您。您可以在那里拒绝，这里不会有任何改变。
elsewhere-end-each = 您在这里暂停或终止，不会终止您在那里允许的内容。请在那里也终止。
elsewhere-abroad = 您在国外期间
abroad-learns = 您的运营商只通过自己的基站得知您的位置。由其他网络提供服务时，它只得知该网络所在的国家或地区，不会得知新的位置。
abroad-told = 此前已知的信息（例如您的兴趣）仍可能提供给您允许的助手。您在任何地方都可以暂停和撤回。
abroad-country = 您在哪个国家或地区，只会告诉您明确允许得知这一点的助手，并且仅当有足够多的其他人也在那里时。

data = 保存的您的信息
data-nothing = 目前对您的生活一无所知。
data-text = 不保存通话、短信、地址、应用名称或网站，也不保存您何时在何处。来自移动网络的信息只汇入下面这几个数字，随后即被丢弃；这些数字每两到四周淡化一半。
data-places = 您停留的地点
data-places-text = { $count ->
    [0] 无
   *[other] { $count } 处，其中 { $named } 处被识别为住处、工作地或常去之处
}
data-nights = 回看的夜晚
data-nights-text = 最近 28 天中的 { $count } 天
data-apps = 您的应用所涉主题
data-web = 您的网站所涉主题
data-country = 您所在网络的国家或地区
data-left = 剩余移动数据流量
data-not-known = 未知
data-no-topics = 无
data-and = {"、"}
data-latest = 最近一次计入
data-file = 下载全部
data-erase = 清除
wrong-heading = 有不对的地方吗？
wrong-text = 您指出的错误内容会立即删除，此后将根据手机网络的信息重新判断。
wrong = 这不对
erase-heading = 要清除关于您的信息吗？
erase-all = 您的地点、习惯和兴趣将立即删除。
erase-final = 此操作无法撤销，您和任何人都无法恢复。
erase-told = AI 助手此前已得知的信息不会因此收回。撤回许可后，我们会要求它们删除。
erase-anew = 您的许可仍然有效。只要您还允许某项内容，系统就会从现在起重新了解。
erase-kept = 您的凭证和查询记录会保留，以便您今后仍能证明发生过什么。
erase-stranger = 同时让所有 AI 助手不再认得我：它们使用的我的代号将失效，需由运营商重新建立联系。
erase-button = 永久清除
erase-instead = 如果只是暂时不想提供信息，暂停就足够了，您可以随时恢复。
erase-back = 返回，不清除
erased-heading = 已清除
erased-text = 现在对您的生活一无所知。
erased-anew = 现在对您的生活一无所知。由于您仍允许某些内容，系统会重新开始了解；如要停止，请暂停或撤回。

preview = “{ $recipient }”会看到什么
preview-now = 如果它现在查询全部信息，按您目前的许可会得到：
preview-if = 如果您允许“{ $what }”，它现在会得到以下信息，由粗略到精确：
preview-nothing = 不会提供，因为{ $reason }。
preview-json = 回复原文（JSON）
preview-text = 按与真实回复相同的规则生成。没有告诉任何人，也没有计入次数。
preview-question = 预览会提供什么

guess-heading = 由此可以推断出什么
guess-found = { $place }：约 { $share }% 的时间提供的是同一区域，据此可以把您定位到 { $km } 公里以内。
guess-hidden = { $place }：提供的信息不会指向那里。
guess-basis = { $nights ->
    [0] 目前对您的日常了解太少，无法说明能推断出什么。
   *[other] 根据最近 28 晚中已知的 { $nights } 晚计算，越近的影响越大；假定它每小时查询一次，并且每次都得到这样精细的回复。住所按夜间计算（夜间不提供时按早晚计算），工作地点按工作日 9 点至 17 点计算。它也可能从别处得知更多。
}

never = 您从不分享的内容
never-text = 无论您允许了什么：只要涉及下列地点，就不会告诉任何人您在哪里或要去哪里；在下列时段，不会告诉任何人任何信息。查询方得到的回复与毫无信息时完全相同。
never-always = 您的运营商所掌握的医院、宗教场所、庇护所、学校、监狱及其他敏感场所，从不向任何人分享。您无需为此做任何事。
never-kinds = 住所和工作地点
never-hours = 一天中的时段
never-places = 您常在的地方
never-none = 目前还不知道您的任何地点。
never-mark = 从不分享
never-unmark = 恢复分享
never-area = { $count ->
    [0] 您以前标记的区域；目前其中没有已知的地点。
   *[other] 您的 { $count } 个地点；最近 28 天中有 { $days } 天停留。
}
never-through = 从不分享，因为您从不分享“{ $place }”。
never-unsettled = 目前已知的夜晚太少，还无法判断它在哪里。在此之前，不会分享您的任何地点。
never-from = 从
never-to = 到
never-choose = 请选择
never-hours-mark = 在这个时段从不分享
never-hours-fault = 请选择两个不同的时间。
never-note = 隐去一个地点时，会连同其周围区域一起隐去，以免空白处指向某一扇门。不过，经常查询的一方仍可能注意到何时没有回复，并猜测原因。
never-erased = 您从不分享的区域也会一并忘记。从不分享住所、工作地点或某些时段的设置会保留。

place-home = 住所
place-work = 工作地点
place-frequent = 您常去的地方
place-other = 您去过的地方
reason-never-place = 您从不分享这个地方
reason-never-hours = 您从不在这个时段分享
more-pages = 更多页面
asked-heading = 谁查询了什么
learnt = 过去七天获知的内容
learnt-facts = 关于您的新信息：{ $facts } 条，其中区域 { $zones } 条。合计最多相当于 { $bits } 个“是”或“否”的回答。
learnt-fewest = 这些日子里的每一天，当天告知任何一方的全部内容都至少符合 { $people } 个人。
learnt-counted = 您被计入人数统计的天数，最多：{ $days }。停止后，之前已得出的数字保持不变。
asked-none = 还没有查询记录。
asked-all = 全部查询记录
asked-by = “{ $recipient }”查询了什么
asked-only = 查询者
asked-everyone = 全部
newest = 最新
earlier = 更早
times = { $count } 次，最近一次在 { $time }
told = { $what }：{ $precision }
not-told = { $what }：未提供，因为{ $reason }
left-out = { $what }：未提供，因为回答中放不下
today = 今天
yesterday = 昨天
date = { $year }年{ $month }{ $day }日
day = { $date } { $weekday }

month-1 = 1月
month-2 = 2月
month-3 = 3月
month-4 = 4月
month-5 = 5月
month-6 = 6月
month-7 = 7月
month-8 = 8月
month-9 = 9月
month-10 = 10月
month-11 = 11月
month-12 = 12月
weekday-1 = 星期一
weekday-2 = 星期二
weekday-3 = 星期三
weekday-4 = 星期四
weekday-5 = 星期五
weekday-6 = 星期六
weekday-7 = 星期日

category-location-zone = 您在哪里
category-location-label = 您在家还是在上班
category-location-verify = 您是否在对方指定的地点附近
category-mobility-next_place = 您接下来可能去哪里
category-mobility-routine = 您的一天是否一如往常
category-usage-interest = 从应用看出的兴趣
category-web-interest = 从网站看出的兴趣
category-account-roaming_country = 您的手机在哪个国家或地区
category-account-data_volume = 您剩余的移动数据流量
category-aggregate-population = 把您计入人数统计

what-location-zone = 您大致在哪里
what-location-label = 您是在家、在工作地点、在常去的地方还是在别处
what-location-verify = 您的手机是否位于对方指定地点的 5、10、20 或 50 公里范围内
what-mobility-next_place = 您接下来可能去哪里
what-mobility-routine = 您此刻是否在这个时间通常所在的地方，以及通常大约何时离开
what-usage-interest = 您最常用的应用属于什么主题
what-web-interest = 您最常浏览的网站属于什么主题
what-account-roaming_country = 您的手机连接到哪个国家或地区的网络
what-account-data_volume = 您大约还剩多少移动数据流量：不足 200 MiB、不足 1 GiB、不足 5 GiB 或更多
what-aggregate-population = 一天之内各区域首次出现的人数，您也计算在内

limit-location-zone = 绝不会提供您的准确位置。
limit-location-label = 不会透露这些地方在哪里。
limit-location-verify = 只回答“是”或“否”，每天最多五次，绝不会透露距离。
limit-mobility-next_place = 绝不会提供任何地址。
limit-mobility-routine = 不会透露您在哪里，也不会透露您要去哪里。
limit-usage-interest = 绝不会透露是哪些应用。
limit-web-interest = 绝不会透露是哪些网站。
limit-account-roaming_country = 绝不会透露您在当地的什么位置；如果同在当地的人很少，则什么也不会透露。
limit-account-data_volume = 绝不会透露确切数量，也不会透露您何时使用。
limit-aggregate-population = 只提供约 50 人以上的取整数字，不涉及您个人。凡可获得此类数字的一方得到的都相同。停止后，新的数字不再计入您；之前已得出的数字保持不变。

purpose-ProvidePersonalisedRecommendations = 用于向您推荐合适的内容
purpose-ProvideEventRecommendations = 用于向您推荐活动
purpose-ServicePersonalisation = 用于让服务更适合您
purpose-PersonalisedAdvertising = 用于向您展示个性化广告
purpose-FraudPreventionAndDetection = 用于保护您免受诈骗
purpose-ResearchAndDevelopment = 用于研究和开发

precision-label = 仅一个词
precision-country = 仅所在国家
precision-region = 国内的一个地区，约 12,400 平方公里
precision-city = 一座城市及周边，约 1,770 平方公里
precision-zone-r5 = 大城市的一部分，约 253 平方公里（宽约 17 公里）
precision-zone-r6 = 一个城区，约 36 平方公里（宽约 6 公里）
precision-zone-r7 = 一个街区，约 5 平方公里（宽约 2 公里）

reason-not-granted = 您没有允许
reason-expired = 您的许可已到期
reason-purpose-mismatch = 您允许的是另一种用途
reason-assurance-too-low = 该助手没有充分证明自己的身份
reason-paused = 您当时已暂停
reason-crowd-too-small = 同一时间在同一地方的人太少
reason-sensitive-place = 这个地方属于敏感场所
reason-minor = 您未成年，且监护人没有允许
reason-no-data = 没有相关信息
reason-unknown-subject = 该助手使用的代号不属于任何人
reason-residency = 法律要求这些数据留在境内
reason-not-permitted = 规则不允许
reason-ceiling-too-low = 合同或用途的范围没有这么大
reason-budget-spent = 已经提供得足够多了
reason-outside-hours = 不在允许的时段内
reason-quota-spent = 允许的次数已用完
reason-lapsed = 代您同意的人已不再代表您
reason-blocked = 合约持有人不允许在此号码上提供
