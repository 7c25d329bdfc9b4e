# 한국어. 합니다체. 이름 뒤의 조사는 JOSA가 고른다.

title = 내 정보와 AI 비서
languages = 언어
leave = 나가기
back = 내 페이지로 가기

exit = 바로 나가기
away = 빈 페이지입니다
enter-heading = 내 페이지
enter-text = AI 비서가 이동통신망에서 나에 대해 무엇을 알 수 있는지 보고 직접 결정하는 페이지입니다.
enter-button = 내 페이지 열기
enter-once = 링크는 15분 동안 한 번만 쓸 수 있습니다.

code-heading = 한 단계 더 남았습니다
code-text = 다른 방법으로 여섯 자리 인증번호를 보냈습니다. 10분 동안 쓸 수 있습니다.
code-label = 인증번호
code-wrong = 인증번호가 맞지 않습니다. { $left }번 더 입력할 수 있습니다.
lost-heading = 이 요청은 끝났습니다
lost-text = AI 비서가 연결을 요청했지만, 이미 답하셨거나 시간이 지났습니다. 이 페이지를 열어도 바뀌는 것은 없습니다. AI 비서에서 다시 시작해 주세요.
kept-heading = 페이지가 이미 닫혔습니다
kept-text = 정해진 것은 없습니다. 고르신 내용은 이 기기에 한 시간 동안 남아 있으니, 페이지를 다시 열고 답해 주세요.
kept-again = 페이지가 닫히기 전에 고르신 내용입니다. 아직 정해진 것은 없으니 답해 주세요.
stranger-heading = 이 로그인으로 열 수 있는 페이지가 없습니다
stranger-text = 바뀐 것은 없습니다. 다시 시도하거나 통신사에 링크를 요청해 주세요.
login = 통신사 계정으로 로그인
login-heading = 로그인했습니다
login-text = 나가기를 누르거나 15분 동안 쓰지 않을 때까지 이 기기에서 페이지가 열려 있습니다.
link-heading = { JOSA($recipient, "이/가") } 연결을 요청합니다
link-text = { JOSA($recipient, "은/는") } 전화번호가 아니라, 다른 곳에서는 쓰지 않는 별도의 이름으로만 고객님을 알게 됩니다. 허용하신 내용만 알 수 있으며, 언제든지 내 페이지에서 끝낼 수 있습니다.
link-asks = 요청하는 정보
link-before = 다음 페이지에서 결정합니다. 이 기기에서 아직 페이지를 열지 않으셨다면 로그인하거나 통신사가 보낸 링크를 여기에서 열어 주세요. 그러면 이 질문으로 돌아옵니다.
link-go = 계속
link-allow = 연결
link-refuse = 연결 안 함
link-back = 어느 쪽을 고르셔도 { $host } 페이지로 돌아갑니다. 그곳에는 연결 여부만 전달됩니다.
link-nothing = 아직 허용하신 것이 없습니다. 먼저 위 질문 중 하나를 허용하거나, 연결 안 함을 선택해 주세요.
pin = PIN과 기기
pin-heading = 내 페이지 보호하기
pin-text = PIN을 정하면 누가 휴대전화를 손에 넣어도 누가 나에 대해 물었는지, 무엇이 알려져 있는지, 동의 확인서를 볼 수 없습니다. 중지하거나 철회할 때는 PIN을 묻지 않습니다.
pin-label = PIN 번호
pin-old = 지금 PIN
pin-new = 새 PIN, 숫자 여섯 자리
pin-again = 새 PIN 다시 입력
pin-save = PIN 저장
pin-remove = PIN 없애기
pin-say-heading = PIN을 입력해 주세요
pin-say-text = PIN으로 보호한 내용입니다. 중지와 철회는 PIN 없이 할 수 있습니다.
pin-say-button = 열기
pin-wrong = PIN이 맞지 않습니다. { $left }번 더 입력할 수 있습니다.
pin-locked = 여러 번 틀렸습니다. { $when }부터 다시 입력할 수 있습니다.
pin-differ = 새 PIN 두 개가 서로 다릅니다.
pin-weak = 모두 같거나 차례로 이어지지 않는 숫자 여섯 자리를 골라 주세요.
pin-forgotten = PIN을 잊으셨나요? 통신사 로그인이나 인증번호가 있는 링크로 페이지를 새로 열면 10분 동안 다른 PIN을 정할 수 있습니다.
pin-closed = PIN을 입력하고 누가 물었는지 보기
everywhere = 모든 기기에서 닫기
everywhere-text = 지금 이 기기를 포함해 페이지가 열려 있는 모든 기기에서 닫습니다.

dead-heading = 더 이상 쓸 수 없는 링크입니다
dead-text = 링크는 15분 동안 한 번만 쓸 수 있습니다. 통신사에 새 링크를 요청해 주세요.
ended-heading = 페이지가 닫혔습니다
ended-text = 안전을 위해 15분 동안 쓰지 않거나 4시간이 지나면 닫힙니다. 통신사에 새 링크를 요청해 주세요.
foreign-heading = 내 페이지에서 온 요청이 아닙니다
foreign-text = 바뀐 것은 없습니다. 내 페이지를 열고 다시 시도해 주세요.
odd-heading = 요청을 이해하지 못했습니다
odd-text = 바뀐 것은 없습니다. 내 페이지를 열고 다시 시도해 주세요.
stale-heading = 그사이 안내문이 바뀌었습니다
stale-text = 읽으신 안내문이 더 이상 유효하지 않아 답변을 기록하지 않았습니다. 다시 읽어 주세요.
missing-heading = 여기에는 아무것도 없습니다
missing-text = 주소가 끝까지 복사되지 않았을 수 있습니다.
busy-heading = 지금은 처리할 수 없습니다
busy-text = 잠시 후 다시 시도해 주세요. 현재 효력이 있는 내용은 언제나 내 페이지에 표시됩니다.

status = { $count ->
    [0] 지금은 누구도 내 정보를 볼 수 없습니다
   *[other] AI 비서 { $count }곳이 내 정보를 볼 수 있습니다
}
status-paused = 모두 일시 중지했습니다
pause = 일시 중지
resume = 다시 시작
withdraw = 철회
pause-all = 모두 일시 중지
resume-all = 모두 다시 시작
withdraw-all = 모두 철회
withdraw-all-text = 모든 동의가 바로, 완전히 끝납니다. 나중에 다시 허용하려면 새로 답해야 합니다.
pause-recipient = { $recipient } 일시 중지
resume-recipient = { $recipient } 다시 시작
withdraw-recipient = { $recipient } 동의 모두 철회
withdraw-recipient-text = { JOSA($recipient, "으로/로") } 제공하는 데 대한 동의가 바로, 완전히 끝납니다. 나중에 다시 허용하려면 새로 답해야 합니다.

processes-in = 데이터 처리 국가: { $country }
country = { $code ->
    [AE] 아랍에미리트
    [CA] 캐나다
    [CN] 중국
    [DE] 독일
    [FR] 프랑스
    [GB] 영국
    [IE] 아일랜드
    [IN] 인도
    [JP] 일본
    [KR] 대한민국
    [NL] 네덜란드
    [SG] 싱가포르
    [US] 미국
   *[other] { $code }
}
sees-nothing = 볼 수 있는 정보 없음
may-see = 볼 수 있는 정보
may-not-see = 볼 수 없는 정보
open = 답하지 않은 질문 { $count }개
open-text = 답하기 전에는 제공하지 않습니다.
until = 기한
label-who = 누가
label-what = 무엇을
label-purpose = 이용 목적
label-precision = 정밀도
status-paused-until = { $when }까지 모두 일시 중지했습니다
pause-while = 잠시 동안만 중지
pause-hour = 1시간 동안
pause-tomorrow = 내일까지
paused-until = { $when }까지 일시 중지됨
effect-pause-until = { $when }까지 제공하지 않습니다. 그 뒤에는 자동으로 다시 시작되며, 그 전에도 언제든지 다시 시작할 수 있습니다.
moment = { $date } { $time }
paused-mark = 일시 중지됨

how-precise = 얼마나 자세히 보여 줄까요?
how-long = 언제까지 허용할까요?
term-30 = 30일
term-90 = 90일
term-365 = 1년
limit-further = 더 좁게 제한하기 (선택)
when-in-day = 하루 중 언제 허용할까요?
how-often = 얼마나 자주 허용할까요?
label-hours = 허용 시간대
label-often = 허용 횟수
hours-any = 시간 제한 없음
hours-between = { $from }부터 { $to }까지
quota-any = 횟수 제한 없음
quota-once = 단 한 번만
quota-life = 모두 합해 { $count }번
quota-hour = 한 시간에 최대 { $count }번
quota-day = 하루에 최대 { $count }번
quota-week = 일주일에 최대 { $count }번
quota-month = 한 달에 최대 { $count }번
allow = 허용
refuse = 허용 안 함
choose-precision-and-term = 허용하려면 정밀도와 기간을 선택해 주세요.
choose-precision = 허용하려면 정밀도를 선택해 주세요.
choose-term = 허용하려면 기간을 선택해 주세요.
change-answer = 답변 바꾸기
refused-on = { $date }에 허용하지 않음
ended-on = { $date }에 종료됨
withdrawn = 직접 철회함

notice = { JOSA($recipient, "이/가") } { JOSA($what, "을/를") } 알아도 될까요? 이용 목적은 { $purpose }이며, { $country }에서 처리합니다. { $limit } 동의하지 않을 수 있으며, 언제든지 이 페이지에서 답변을 바꿀 수 있습니다.
own-words = { JOSA($recipient, "은/는") } 직접 이렇게 설명합니다. “{ $words }”

waiting-heading = 답변을 기다리고 있습니다
waiting-asked = { JOSA($recipient, "이/가") } 다음 정보를 보아도 되는지 묻습니다: { $what }.
waiting-written = { $date }에 저희 직원이 { JOSA($recipient, "이/가") } 다음 정보를 보도록 허용하신 것으로 적어 두었습니다: { $what }. 여기에서 직접 동의하셔야 효력이 있습니다.
answer = 답변하기

everything = 전체
done-grant = 허용했습니다
done-refuse = 허용하지 않았습니다
done-pause = 일시 중지했습니다
done-resume = 다시 시작했습니다
done-withdraw = 철회했습니다
done-nothing = 바뀐 것이 없습니다
effect-grant = 지금부터 제공할 수 있습니다.
effect-refuse = 제공하지 않으며, 다시 묻지 않습니다.
effect-pause = 지금부터 제공하지 않습니다. 언제든지 다시 시작할 수 있습니다.
effect-resume = 지금부터 다시 제공할 수 있습니다.
effect-withdraw = 지금부터 제공하지 않습니다.
effect-nothing = 이미 그런 상태였습니다.
again-text = 철회한 동의는 저절로 되살아나지 않습니다. 다시 허용하려면 질문에 새로 답해야 합니다.
back-to = { JOSA($recipient, "으로/로") } 돌아가기
undo = 되돌리기

receipts = 내 동의 영수증
receipts-text = 지금까지 허용하거나 허용하지 않은 모든 내역과 그때 보신 안내문입니다. 하나를 열면 그 뒤의 처리 내역을 확인하고 보관할 수 있습니다.
receipts-none = 아직 영수증이 없습니다. 무언가를 허용하거나 허용하지 않으면 만들어집니다.
receipts-all = 전체 영수증
receipt-of = 동의 영수증: { $recipient }
receipt-signed = 서명된 영수증(JWS)
receipt-json = 증명 포함(JSON)
receipt-keep = 보관하기
receipt-keep-text = 통신사가 서명한 영수증입니다. 나중에 누구나 저희에게 묻지 않고도 확인할 수 있습니다. 이 페이지를 인쇄해도 됩니다.
what-you-read = 그때 보신 안내문
what-was-done = 처리 내역
label-state = 현재 상태
state-unknown = 결정 없음
state-requested = 답변 대기
state-request-deferred = 나중에 답하기로 함
state-refused = 허용 안 함
state-given = 허용 중
state-expired = 기간이 끝남
state-withdrawn = 직접 철회함
state-revoked = 통신사가 종료함
state-invalidated = 무효로 판정됨
state-renewed = 연장하여 허용 중
state-paused = 일시 중지됨
state-superseded = 이후 답변으로 대체됨
act-grant = 허용
act-refuse = 허용 안 함
act-pause = 일시 중지
act-resume = 다시 시작
act-withdraw = 철회
act-request = 질문함
act-capture = 기록됨(본인 확인 전)
act-defer = 답변 미룸
act-revoke = 종료
act-invalidate = 무효 판정
act-renew = 연장
act-supersede = 대체
by-subscriber = 본인
by-guardian = 보호자
by-delegate = 본인이 위임한 사람
by-staff = 본인 요청에 따라 직원이 처리
by-operator = 통신사
by-authority = 감독 기관

later = 나중에 묻기
put-off = 답변을 미루셨습니다. { $date } 전에는 다시 묻지 않으며, 언제든지 여기에서 답하실 수 있습니다.
waiting-guardian = { $date }에 { JOSA($recipient, "이/가") } 다음 정보를 보는 데 동의했습니다: { $what }. 보호자도 동의해야 효력이 있습니다.
waiting-child = { $date }에 자녀가 { JOSA($recipient, "이/가") } 다음 정보를 보는 데 동의했습니다: { $what }. 보호자가 동의해야 효력이 있습니다.
paused-by-guardian = 보호자가 일시 중지함
label-by = 결정한 사람
done-capture = 보호자에게 묻습니다
done-defer = 나중으로 미루었습니다
done-renew = 연장했습니다
effect-capture = 아직 아무것도 제공하지 않습니다. 보호자도 동의해야 효력이 있습니다.
effect-defer = 답변하시기 전에는 제공하지 않습니다.
effect-renew = 새 날짜까지 계속됩니다. 그 전에도 언제든지 멈출 수 있습니다.
notice-child = { JOSA($recipient, "이/가") } { JOSA($what, "을/를") } 알고 싶어 해요. 쓰려는 곳: { $purpose }. 컴퓨터가 있는 나라: { $country }. { $limit } 싫다고 해도 괜찮아요. 나쁜 일은 생기지 않아요. 좋다고 하면 보호자도 좋다고 해야 해요. 마음은 언제든지 바꿀 수 있어요.
child-home = 휴대전화 통신망은 내가 대강 어디에 있는지, 무엇을 좋아하는지 알 수 있어요. 누가 그것을 알아도 되는지 여기에서 볼 수 있어요. 언제든지 싫다고 하거나 일시 중지를 누를 수 있어요. 좋다고 할 때는 보호자도 좋다고 해야 해요.
family = 가족과 도와주는 사람
family-text = 나와 어떤 관계인지로만 적습니다. 전화번호는 나오지 않습니다.
family-none = 나를 대신하는 사람도, 내가 대신하는 사람도 없습니다. 바꾸려면 통신사에 문의해 주세요.
family-for = 내가 대신할 수 있는 사람
family-by = 나를 대신할 수 있는 사람
family-child = 내 자녀 ({ $date }부터)
family-ward = 법원이 정한 내 피후견인 ({ $date }부터)
family-asked = 나에게 위임한 사람 ({ $date }부터)
family-line = 내 명의의 회선을 쓰는 사람 ({ $date }부터)
family-guardian = 내 보호자 ({ $date }부터)
family-delegate = 내가 위임한 사람 ({ $date }부터)
family-owner = 내 회선의 명의자 ({ $date }부터)
family-until = { $date }까지
family-may-all = 화면을 보고, 허용·거부·일시 중지·종료할 수 있습니다.
family-may-allow = 허용·거부·일시 중지·종료할 수 있습니다.
family-may-stop = 거부·일시 중지·종료할 수 있지만 허용할 수는 없습니다.
family-may-forbid = 이 회선에서 금지할 수는 있지만, 허용하거나 들여다볼 수는 없습니다.
family-every = 모든 AI 비서
family-forbids = { $recipient }: { $what } — 금지
family-forbids-finer = { $recipient }: { $what } — { $precision }까지만
family-waits = 자녀가 질문 { $count }개에 대한 보호자의 답을 기다리고 있습니다.
family-enter = 이 화면 열기
notices = 제공 사실 알림
notices-text = AI 비서가 나에 관한 정보를 받을 때마다 누가, 어떤 종류의 정보를, 무슨 목적으로, 언제 받았는지 메시지로 알려 드릴 수 있습니다. 메시지에는 위치가 절대 담기지 않습니다.
notices-law = 법에 따라 제공할 때마다 알려 드리는 것이 원칙입니다. 모아서 받는 것은 따로 선택하시는 것이며, 어떤 알림도 30일을 넘겨 미루지 않습니다.
notices-silent = 아직 메시지를 보낼 수 없습니다. 그때까지는 누가 무엇을 받았는지 이 화면에서만 보실 수 있습니다.
notices-often = 얼마나 자주
notices-every = 제공할 때마다
notices-times = { $count }번마다 모아서
notices-days = { $count }일 안에 모아서
notices-off = 받지 않음
notices-note = 횟수를 선택하시면 남은 알림은 30일 안에 보내 드립니다.
notices-quiet = 알림을 받지 않는 시간
notices-no-quiet = 없음
notices-save = 이대로 저장
acting-child = 자녀를 대신하고 있습니다 ({ $date }부터 가능). 이 화면에서 ‘나’는 자녀입니다.
acting-ward = 돌보는 분을 대신하고 있습니다 ({ $date }부터 가능). 이 화면에서 ‘나’는 그분입니다.
acting-back = 내 화면으로 돌아가기
ends-heading = 곧 끝납니다
ends-on = { $recipient }: { $what }. { $date }에 끝납니다.
ends-look = 살펴보기
ends-by-itself = { $date }에 저절로 끝납니다. 아무것도 하지 않으셔도 됩니다.
let-end = 끝나게 두기
renew = { $date }까지 연장
help = 도움말과 불만 접수
help-wrong = 이상한 점이 있을 때
help-pause = 먼저 일시 중지하세요. 확인하는 동안에는 더 제공하지 않습니다.
help-note = ‘누가 무엇을 요청했나’에서 해당 요청을 찾아 날짜와 시각, 요청한 곳을 적어 두세요. 무엇을 허용했는지는 영수증에 있습니다.
help-ask = 통신사의 개인정보 보호책임자에게 알리세요. 통신사가 여기에 연락처를 밝히지 않았으므로 고객센터에 물어보면 알려 주어야 합니다. 늦어도 한 달 안에 답을 받을 수 있습니다.
help-authority = 답변이 충분하지 않으면 { $authority } ({ $place })에 신고할 수 있습니다. 비용은 들지 않습니다.
help-words = 쓰이는 말의 뜻
word-assistant = AI 비서
means-assistant = 질문에 답하는 다른 회사의 프로그램으로, 나에 관한 단서를 통신사에 물어볼 수 있습니다.
word-permission = 허용
means-permission = AI 비서 한 곳에 한 가지 목적과 한 가지 정보에 대해, 내가 고른 날까지 동의하는 것입니다.
word-pause = 일시 중지
means-pause = 다시 시작할 때까지 제공하지 않습니다. 허용은 그대로 남습니다.
word-withdraw = 철회
means-withdraw = 허용이 완전히 끝나고, AI 비서에 받은 것을 지우도록 요청합니다.
word-receipt = 영수증
means-receipt = 무엇을 보았고 무엇이라고 답했는지를 서명하여 증명하는 문서입니다.
help-about = 이 요청에 불만 제기
help-request = 문의하려는 요청
help-when = 요청 시각
help-number = 요청 영수증 번호
help-quote = 통신사가 이 요청을 찾을 수 있도록 위 내용을 그대로 알려 주세요. 무엇을 허용했는지는 영수증에 있습니다.
help-officer = 통신사의 개인정보 보호책임자 { $officer }에 알리세요. 연락처: { $address }. 늦어도 한 달 안에 답을 받을 수 있습니다.
elsewhere = 다른 나라의 통신사
elsewhere-text = 이 통신사는 여러 나라에 있는 그룹의 하나입니다. 각 통신사는 아는 것을 따로 보관하며, 회원님의 정보는 서로 옮기지 않습니다.
elsewhere-here = 내 통신사
elsewhere-holds-here = 회원님의 허용 내역과 영수증, 알려진 정보를 보관합니다. 모두 이 페이지들에서 볼 수 있습니다.
elsewhere-holds-there = 여기에서 받은 것이 없습니다. 직접 보관하는 정보가 있다면 그 통신사가 직접 보여 줍니다.
elsewhere-ask-there = 그 통신사의 페이지 보기
elsewhere-permissions = 여기서 한 허용이 그곳에서 갖는 효력
elsewhere-here-only = 여기서 허용한 것은 여기에서만 유효합니다. 이를 이유로 다른 통신사에 회원님에 대해 물을 수 없습니다.
elsewhere-asked-again = 다른 통신사가 여기서 한 허용을 인정하더라도 다시 물어야 합니다. 그곳에서 거부해도 되며, 여기서는 아무것도 바뀌지 않습니다.
elsewhere-end-each = 여기서 일시 중지하거나 끝내도 그곳에서 허용한 것은 끝나지 않습니다. 그곳에서도 끝내 주세요.
elsewhere-abroad = 해외에 있는 동안
abroad-learns = 통신사는 자기 기지국으로만 위치를 압니다. 다른 통신망을 쓰는 동안에는 그 통신망의 국가만 알고 새로운 위치는 알지 못합니다.
abroad-told = 관심사처럼 이미 알던 것은 허용한 AI 비서에게 계속 제공될 수 있습니다. 일시 중지와 철회는 어디서나 할 수 있습니다.
abroad-country = 어느 나라에 있는지는 바로 그것을 허용한 AI 비서에게만, 그 나라에 있는 사람이 충분히 많을 때만 알립니다.

data = 보관 중인 내 정보
data-nothing = 지금은 내 생활에 대해 아는 것이 없습니다.
data-text = 통화, 문자, 주소, 앱 이름, 웹사이트는 물론 언제 어디에 있었는지도 보관하지 않습니다. 통신망에서 온 정보는 아래의 몇 가지 수치에 반영된 뒤 바로 버려지며, 수치도 2~4주마다 절반으로 희미해집니다.
data-places = 자주 머무는 곳
data-places-text = { $count ->
    [0] 없음
   *[other] { $count }곳, 그중 집·직장·자주 가는 곳으로 파악된 곳 { $named }곳
}
data-nights = 돌아보는 밤의 수
data-nights-text = 최근 28일 중 { $count }일
data-apps = 앱으로 본 주제
data-web = 웹사이트로 본 주제
data-country = 연결된 네트워크의 국가
data-left = 남은 모바일 데이터
data-not-known = 알 수 없음
data-no-topics = 없음
data-and = {", "}
data-latest = 마지막 반영
data-file = 모두 내려받기
data-erase = 지우기
wrong-heading = 틀린 내용이 있나요?
wrong-text = 틀렸다고 알려 주신 내용은 바로 지웁니다. 그다음부터는 통신망 정보로 새로 파악합니다.
wrong = 틀려요
erase-heading = 나에 대해 아는 것을 모두 지울까요?
erase-all = 머무는 곳, 생활 습관, 관심사를 바로 삭제합니다.
erase-final = 되돌릴 수 없습니다. 본인도, 다른 누구도 되살릴 수 없습니다.
erase-told = AI 비서에게 이미 제공된 정보는 이것으로 회수되지 않습니다. 동의를 철회하면 삭제를 요청합니다.
erase-anew = 동의는 그대로 남습니다. 허용한 것이 있는 동안은 지금부터 새로 알아 갑니다.
erase-kept = 동의 영수증과 요청 내역은 남습니다. 무슨 일이 있었는지 나중에도 증명할 수 있도록 하기 위해서입니다.
erase-stranger = 모든 AI 비서가 나를 알아볼 수 없게 하기: 비서가 쓰던 내 식별자는 더 이상 쓸 수 없고, 통신사가 다시 연결해야 합니다.
erase-button = 완전히 지우기
erase-instead = 당분간 제공하지 않기만을 원한다면 일시 중지로 충분합니다. 언제든지 되돌릴 수 있습니다.
erase-back = 지우지 않고 돌아가기
erased-heading = 지웠습니다
erased-text = 이제 내 생활에 대해 아는 것이 없습니다.
erased-anew = 이제 내 생활에 대해 아는 것이 없습니다. 아직 허용한 것이 있으므로 새로 알아 가기 시작합니다. 멈추려면 일시 중지하거나 철회해 주세요.

preview = { $recipient }에 보이게 될 정보
preview-now = 지금 모든 정보를 요청한다면, 허용하신 대로 다음이 제공됩니다.
preview-if = ‘{ $what }’ 항목을 허용하면 지금 다음이 제공됩니다. 대략적인 것부터 자세한 것 순입니다.
preview-nothing = 제공하지 않습니다. 이유: { $reason }
preview-json = 실제 응답 그대로 보기(JSON)
preview-text = 실제 응답과 같은 규칙으로 만들었습니다. 누구에게도 제공하지 않았고, 횟수에도 세지 않았습니다.
preview-question = 무엇이 제공되는지 미리 보기

guess-heading = 여기서 짐작할 수 있는 것
guess-found = { $place }: 약 { $share }%의 시간 동안 같은 지역으로 알려집니다. { $km }km 이내로 찾아낼 수 있습니다.
guess-hidden = { $place }: 제공되는 정보로는 알아낼 수 없습니다.
guess-basis = { $nights ->
    [0] 무엇을 짐작할 수 있는지 말하기에는 아직 알려진 생활이 너무 적습니다.
   *[other] 최근 28일 중 알려진 밤 { $nights }일을 바탕으로, 매시간 요청하고 늘 이만큼 자세히 답을 받는다고 가정해 계산했습니다. 최근의 밤일수록 더 크게 반영합니다. 집은 밤 시간(밤에 아무것도 알리지 않으면 아침과 저녁), 직장은 평일 9시부터 17시까지를 기준으로 합니다. 다른 경로로 더 알고 있을 수도 있습니다.
}

never = 절대 공유하지 않는 것
never-text = 무엇을 허용하셨든, 아래 장소에 계시거나 그곳으로 가시는 동안에는 위치를 누구에게도 알리지 않으며, 아래 시간대에는 어떤 정보도 알리지 않습니다. 요청한 쪽은 알려진 정보가 없을 때와 똑같은 답을 받습니다.
never-always = 통신사가 파악한 병원, 종교 시설, 보호 시설, 학교, 교정 시설 등 민감한 장소는 누구에게도 공유하지 않습니다. 따로 하실 일은 없습니다.
never-kinds = 집과 직장
never-hours = 시간대
never-places = 자주 머무는 곳
never-none = 아직 알려진 장소가 없습니다.
never-mark = 절대 공유하지 않기
never-unmark = 이전처럼 공유하기
never-area = { $count ->
    [0] 전에 표시하신 지역입니다. 지금은 이 안에 알려진 장소가 없습니다.
   *[other] 머문 장소 { $count }곳, 최근 28일 중 { $days }일 머묾
}
never-through = ‘{ $place }’을 절대 공유하지 않으므로 이곳도 공유하지 않습니다.
never-unsettled = 아직 알려진 밤이 적어 그곳이 어디인지 알 수 없습니다. 그때까지는 어떤 장소도 공유하지 않습니다.
never-from = 시작
never-to = 끝
never-choose = 선택해 주세요
never-hours-mark = 이 시간대에는 절대 공유하지 않기
never-hours-fault = 서로 다른 두 시각을 선택해 주세요.
never-note = 빈자리가 현관을 가리키지 않도록, 장소는 주변 지역과 함께 감춥니다. 그래도 자주 요청하는 쪽은 언제 답이 없는지 알아차리고 이유를 짐작할 수 있습니다.
never-erased = 절대 공유하지 않기로 한 지역도 함께 지웁니다. 집, 직장, 시간대를 공유하지 않기로 한 설정은 그대로 남습니다.

place-home = 집
place-work = 직장
place-frequent = 자주 가는 곳
place-other = 가 본 곳
reason-never-place = 절대 공유하지 않는 장소
reason-never-hours = 절대 공유하지 않는 시간대
more-pages = 다른 페이지
asked-heading = 누가 무엇을 요청했나
learnt = 지난 7일 동안 알게 된 것
learnt-facts = 나에 대해 새로 알려진 사실 { $facts }건, 그중 지역 { $zones }건입니다. 모두 합쳐도 ‘예/아니요’ 대답 { $bits }개를 넘지 않는 정보입니다.
learnt-fewest = 이 기간의 매일, 그날 누구에게든 알려진 내용에 모두 들어맞는 사람이 최소 { $people }명 있었습니다.
learnt-counted = 많은 사람 중 한 명으로 집계된 날: 최대 { $days }일. 중단해도 이미 만들어진 숫자는 그대로 남습니다.
asked-none = 아직 요청이 없습니다.
asked-all = 전체 요청 보기
asked-by = { JOSA($recipient, "이/가") } 요청한 내역
asked-only = 요청한 곳
asked-everyone = 전체
newest = 최신 내역
earlier = 이전 내역
times = { $count }회, 마지막 { $time }
told = { $what }: { $precision }
not-told = { $what }: 제공 안 함 ({ $reason })
left-out = { $what }: 제공 안 함 (답변에 자리가 없음)
today = 오늘
yesterday = 어제
date = { $year }년 { $month } { $day }일
day = { $date } { $weekday }

month-1 = 1월
month-2 = 2월
month-3 = 3월
month-4 = 4월
month-5 = 5월
month-6 = 6월
month-7 = 7월
month-8 = 8월
month-9 = 9월
month-10 = 10월
month-11 = 11월
month-12 = 12월
weekday-1 = 월요일
weekday-2 = 화요일
weekday-3 = 수요일
weekday-4 = 목요일
weekday-5 = 금요일
weekday-6 = 토요일
weekday-7 = 일요일

category-location-zone = 지금 있는 곳
category-location-label = 집이나 직장에 있는지 여부
category-location-verify = 상대가 지정한 장소 근처에 있는지 여부
category-mobility-next_place = 다음에 갈 만한 곳
category-mobility-routine = 평소와 같은 하루인지 여부
category-usage-interest = 앱으로 본 관심사
category-web-interest = 웹사이트로 본 관심사
category-account-roaming_country = 어느 나라에 있는지
category-account-data_volume = 남은 모바일 데이터
category-aggregate-population = 많은 사람 중 한 명으로 집계

what-location-zone = 내가 대략 어디에 있는지
what-location-label = 내가 집, 직장, 자주 가는 곳, 그 밖의 곳 가운데 어디에 있는지
what-location-verify = 내 휴대전화가 상대가 지정한 장소에서 5, 10, 20 또는 50km 이내에 있는지
what-mobility-next_place = 내가 다음에 어디로 갈 것 같은지
what-mobility-routine = 내가 이 시간에 평소 있는 곳에 있는지, 그곳에서 평소 언제쯤 이동하는지
what-usage-interest = 내가 가장 많이 쓰는 앱의 주제
what-web-interest = 내가 가장 많이 방문하는 웹사이트의 주제
what-account-roaming_country = 내 휴대전화가 어느 나라의 네트워크에 연결되어 있는지
what-account-data_volume = 남은 모바일 데이터가 대략 얼마인지(200MiB 미만, 1GiB 미만, 5GiB 미만, 그 이상)
what-aggregate-population = 하루 동안 사람들이 처음 확인된 지역별 인원수(나도 그중 한 명으로 집계됨)

limit-location-zone = 정확한 위치는 제공하지 않습니다.
limit-location-label = 그곳이 어디인지는 알려 주지 않습니다.
limit-location-verify = ‘예’ 또는 ‘아니요’만, 하루 최대 다섯 번 알려 줍니다. 얼마나 떨어져 있는지는 알려 주지 않습니다.
limit-mobility-next_place = 주소는 제공하지 않습니다.
limit-mobility-routine = 어디에 있는지, 어디로 가는지는 알려 주지 않습니다.
limit-usage-interest = 어떤 앱인지는 제공하지 않습니다.
limit-web-interest = 어떤 웹사이트인지는 제공하지 않습니다.
limit-account-roaming_country = 그 나라 안 어디에 있는지는 알려 주지 않으며, 같은 나라에 있는 사람이 적으면 아무것도 알려 주지 않습니다.
limit-account-data_volume = 정확한 양이나 언제 사용했는지는 알려 주지 않습니다.
limit-aggregate-population = 약 50명 이상을 반올림한 숫자만 제공하며 나 개인에 관한 것은 제공하지 않습니다. 이런 숫자를 받을 수 있는 곳은 모두 같은 숫자를 받습니다. 중단하면 새 숫자에서는 빠지고, 이미 만들어진 숫자는 그대로 남습니다.

purpose-ProvidePersonalisedRecommendations = 맞춤 추천
purpose-ProvideEventRecommendations = 행사 추천
purpose-ServicePersonalisation = 서비스 맞춤 설정
purpose-PersonalisedAdvertising = 맞춤 광고
purpose-FraudPreventionAndDetection = 사기 탐지와 예방
purpose-ResearchAndDevelopment = 연구와 개발

precision-label = 한 단어로만
precision-country = 국가만
precision-region = 한 지방 정도, 약 12,400km²
precision-city = 도시와 그 주변, 약 1,770km²
precision-zone-r5 = 큰 도시의 일부, 약 253km²(너비 17km 안팎)
precision-zone-r6 = 구 하나 정도, 약 36km²(너비 6km 안팎)
precision-zone-r7 = 동네 하나 정도, 약 5km²(너비 2km 안팎)

reason-not-granted = 허용하지 않은 정보
reason-expired = 동의 기간이 끝남
reason-purpose-mismatch = 다른 목적으로만 허용함
reason-assurance-too-low = AI 비서의 신원 증명이 부족함
reason-paused = 일시 중지한 상태
reason-crowd-too-small = 같은 때 같은 곳에 있던 사람이 너무 적음
reason-sensitive-place = 민감한 장소
reason-minor = 미성년자이며 보호자의 동의가 없음
reason-no-data = 알려진 정보가 없음
reason-unknown-subject = AI 비서가 쓴 가명에 해당하는 사람이 없음
reason-residency = 법에 따라 국외로 보낼 수 없음
reason-not-permitted = 규칙에서 허용하지 않음
reason-ceiling-too-low = 계약이나 목적의 범위를 벗어남
reason-budget-spent = 이미 충분히 제공함
reason-outside-hours = 허용한 시간대가 아님
reason-quota-spent = 허용한 횟수를 모두 사용함
reason-lapsed = 나를 대신해 동의한 사람의 권한이 끝남
reason-blocked = 회선 명의자가 이 회선에서 허용하지 않음
