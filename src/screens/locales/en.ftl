# English. Sentences are complete; what stands in braces is a name, a number or another message of this file.

title = Your data and AI assistants
languages = Language
leave = Leave this page
back = Go to your page

exit = Quick exit
away = This page is empty
enter-heading = Your own page
enter-text = Here you see what AI assistants may learn about you from your mobile network, and you decide about it.
enter-button = Open my page
enter-once = The link works once, for 15 minutes.

code-heading = One more step
code-text = We have sent you a code of six digits by another way. It is good for 10 minutes.
code-label = Code
code-wrong = That is not the code. { $left ->
    [one] One try is left.
   *[other] { $left } tries are left.
}
lost-heading = This request has ended
lost-text = An assistant asked to be linked with you. That was answered already, or too long ago. Nothing has changed by opening this page: begin anew at the assistant.
kept-heading = Your page had closed
kept-text = Nothing was decided. What you chose is kept on this device for an hour: open your page again, and answer there.
kept-again = You chose this before your page closed. Nothing has been decided: please answer.
stranger-heading = This sign-in opens no page
stranger-text = Nothing was changed. Try again, or ask your operator for a link.
login = Sign in with your operator
login-heading = You are signed in
login-text = Your page is open on this device until you leave it, or for 15 minutes without you.
link-heading = { $recipient } asks to be linked with you
link-text = { $recipient } will know you by a name that nobody else has for you, never by your number. It learns only what you allow, and you can end that on your page at any time.
link-asks = It asks about
link-before = You decide on the next page. If yours is not open on this device yet, sign in or open a link from your operator here: you come back to this question.
link-go = Go on
link-allow = Link
link-refuse = Do not link
link-back = Either way you go back to { $host }, which is told only whether you are linked.
link-nothing = You allow none of this yet. Please answer a question above with yes first, or choose not to link.
capture-heading = { $recipient } asks for your consent
capture-text = You answer each question by itself. What you do not answer stays as it is.
capture-back = Afterwards you go back to { $host }, which is told how much of this you allow.
linked = Linked assistants
linked-text = Each of them knows you by a name that nobody else has for you. When you end a link, it can ask for nothing more from that moment on; what you allowed stays as you said it until you change that.
linked-none = No assistant is linked with you.
linked-since = Linked since { $date }
linked-used = Last used: { $when }
linked-unused = Not used yet
linked-ended = Ended: { $when }
linked-end = End this link
linkcode-way = Link with a code: { $purpose }
linkcode-heading = Link { $recipient } with a code
linkcode-text = For a television, a car or a speaker without a browser: you are shown a code here, and say or type it there. { $recipient } will know you by a name that nobody else has for you, never by your number.
linkcode-once = The code is for { $recipient } alone. It works once, and for 10 minutes.
linkcode-show = Show a code
linkcode-nothing = You allow none of this yet. Please answer a question above with yes first.
linkcode-yours = Your code for { $recipient }
linkcode-until = Say or type it in { $recipient }. It is good until { $time } and works once.
linkcode-warning = Give it to nobody else, and never to anyone who calls or writes to you.
request-way = { $recipient } asks to be linked with you. If you did not just start this there, do not link.
request-message = { $recipient } should be showing you the same words:
request-until = You can answer until { $time }. If you do not, nothing happens.
pin = PIN and devices
pin-heading = Protect your page
pin-text = With a PIN, whoever holds your phone cannot see who asked about you, what is known of you, or your receipts. Pausing and withdrawing never ask for it.
pin-label = PIN
pin-old = Present PIN
pin-new = New PIN, six digits
pin-again = New PIN once more
pin-save = Save PIN
pin-remove = Remove PIN
pin-say-heading = Enter your PIN
pin-say-text = You put a PIN before this. You can pause and withdraw without it.
pin-say-button = Open
pin-wrong = That is not your PIN. { $left ->
    [one] One try is left.
   *[other] { $left } tries are left.
}
pin-locked = Too many wrong tries. You can try again at { $when }.
pin-differ = The two new PINs are not the same.
pin-weak = Please choose six digits that are not all the same and not in a row.
pin-forgotten = Forgotten? Open your page anew by your operator’s sign-in, or by a link with a code. For 10 minutes you can then set another PIN.
pin-closed = Enter your PIN to see who asked
everywhere = Close everywhere
everywhere-text = Closes your page on every device where it is open, this one too.

dead-heading = This link no longer works
dead-text = A link opens your page once, for 15 minutes. Ask your operator for a new one.
ended-heading = Your page is closed
ended-text = For your protection it closes after 15 minutes without you, and after 4 hours. Ask your operator for a new link.
foreign-heading = This did not come from your page
foreign-text = Nothing has changed. Open your page and try again.
odd-heading = This could not be understood
odd-text = Nothing has changed. Open your page and try again.
stale-heading = The text has changed meanwhile
stale-text = Your answer was not recorded, because the text you read is no longer the one in force. Please read it again.
missing-heading = There is nothing here
missing-text = Perhaps the address was not copied in full.
busy-heading = Not possible right now
busy-text = Please try again in a moment. Your page always shows what is in force.

status = { $count ->
    [0] Nobody may see anything about you
    [one] One assistant may see something about you
   *[other] { $count } assistants may see something about you
}
status-paused = Everything is paused
pause = Pause
resume = Resume
withdraw = Withdraw
pause-all = Pause everything
resume-all = Resume everything
withdraw-all = Withdraw everything
withdraw-all-text = All your permissions end at once and for good. If you want to allow something again later, you give your answer anew.
pause-recipient = Pause { $recipient }
resume-recipient = Resume { $recipient }
withdraw-recipient = Withdraw everything from { $recipient }
withdraw-recipient-text = All permissions of { $recipient } end at once and for good. If you want to allow something again later, you give your answer anew.

processes-in = Processes data in { $country }
country = { $code ->
    [AE] the United Arab Emirates
    [CA] Canada
    [CN] China
    [DE] Germany
    [FR] France
    [GB] the United Kingdom
    [IE] Ireland
    [IN] India
    [JP] Japan
    [KR] Korea
    [NL] the Netherlands
    [SG] Singapore
    [US] the United States
   *[other] { $code }
}
sees-nothing = May see nothing
may-see = May see
may-not-see = May not see
open = { $count ->
    [one] One open question
   *[other] { $count } open questions
}
open-text = Nothing of it is given out before you answer.
until = Until
label-who = Who
label-what = What
label-purpose = What for
label-precision = How precisely
status-paused-until = Everything is paused until { $when }
pause-while = Pause for a while
pause-hour = For an hour
pause-tomorrow = Until tomorrow
paused-until = paused until { $when }
effect-pause-until = Nothing of it is given out until { $when }. Then it goes on by itself; you can resume it earlier at any time.
moment = { $date }, { $time }
paused-mark = paused

how-precise = How precisely?
how-long = For how long?
term-30 = 30 days
term-90 = 90 days
term-365 = a year
limit-further = Set tighter limits (optional)
when-in-day = At what time of day?
how-often = How often?
label-hours = At what time
label-often = How often
hours-any = at any time
hours-between = between { $from } and { $to }
quota-any = whenever it asks
quota-once = only once
quota-life = { $count ->
    [one] once in all
   *[other] { $count } times in all
}
quota-hour = { $count ->
    [one] once an hour at most
   *[other] { $count } times an hour at most
}
quota-day = { $count ->
    [one] once a day at most
   *[other] { $count } times a day at most
}
quota-week = { $count ->
    [one] once a week at most
   *[other] { $count } times a week at most
}
quota-month = { $count ->
    [one] once a month at most
   *[other] { $count } times a month at most
}
allow = Allow
refuse = Do not allow
choose-precision-and-term = To allow this, please choose how precisely and for how long.
choose-precision = To allow this, please choose how precisely.
choose-term = To allow this, please choose for how long.
change-answer = Change my answer
refused-on = You said no on { $date }
ended-on = Ended on { $date }
withdrawn = Withdrawn by you

notice = May { $recipient } learn { $what }? It would use this { $purpose }, and process it in { $country }. { $limit } You are free to say no, and you can change your answer on this page at any time.
own-words = In { $recipient }’s own words: “{ $words }”

waiting-heading = Waiting for your answer
waiting-asked = { $recipient } asks whether it may see: { $what }.
waiting-written = On { $date } our staff wrote down that you allow { $recipient } to see: { $what }. It counts only when you say yes here yourself.
waiting-claimed = { $recipient } says that on { $date } you agreed to let it see: { $what }. It counts only when you say yes here yourself.
answer = Answer

everything = everything
done-grant = Allowed
done-refuse = Not allowed
done-pause = Paused
done-resume = Resumed
done-withdraw = Withdrawn
done-nothing = Nothing has changed
effect-grant = From now on this may be given out.
effect-refuse = Nothing of it is given out, and nobody asks you again.
effect-pause = From now on nothing of it is given out. You can resume it at any time.
effect-resume = From now on this may be given out again.
effect-withdraw = From now on nothing of it is given out.
effect-nothing = It was so already.
again-text = What was withdrawn does not come back by itself: to allow it again, you answer the question anew.
back-to = Back to { $recipient }
undo = Undo

receipts = Your receipts
receipts-text = Everything you ever allowed or refused, with the words you were shown. Open one to see what happened to it and to keep it.
receipts-none = There are no receipts yet. One is made whenever you allow or refuse something.
receipts-all = All receipts
receipt-of = Receipt: { $recipient }
receipt-signed = Signed receipt (JWS)
receipt-json = With proofs (JSON)
receipt-keep = Keep it
receipt-keep-text = The receipt is signed by your operator. Anyone can check it later without asking us. You can also print this page.
what-you-read = What you were shown
what-was-done = What was done
label-state = Now
state-unknown = nothing decided
state-requested = asked, not answered
state-request-deferred = to be answered later
state-refused = not allowed
state-given = allowed
state-expired = ended, its time was over
state-withdrawn = withdrawn by you
state-revoked = ended by your operator
state-invalidated = declared invalid
state-renewed = allowed, renewed
state-paused = paused
state-superseded = replaced by a later answer
act-grant = Allowed
act-refuse = Not allowed
act-pause = Paused
act-resume = Resumed
act-withdraw = Withdrawn
act-request = Asked
act-capture = Written down, not confirmed
act-defer = Put off
act-revoke = Ended
act-invalidate = Declared invalid
act-renew = Renewed
act-supersede = Replaced
by-subscriber = by you
by-guardian = by your guardian
by-delegate = by the person you asked to act for you
by-staff = by staff, on your word
by-operator = by your operator
by-authority = by an authority
by-recipient = by the assistant, in your name

later = Ask me later
put-off = You put this off. You will not be asked again before { $date }; you can answer here whenever you like.
waiting-guardian = On { $date } you said yes to { $recipient }: { $what }. It counts only when your guardian says yes too.
waiting-child = On { $date } your child said yes to { $recipient }: { $what }. It counts only when you say yes.
paused-by-guardian = paused by your guardian
label-by = Who said it
done-capture = Your guardian is asked
done-defer = Put off
done-renew = Renewed
effect-capture = Nothing is given out yet. Your yes counts only when your guardian says yes too.
effect-defer = Nothing of it is given out until you answer.
effect-renew = It goes on until the new date. You can still stop it at any time.
notice-child = { $recipient } would like to know { $what }. It wants to use this { $purpose }. Its computers are in { $country }. { $limit } You may say no, and nothing bad happens. If you say yes, your guardian has to say yes too. You can change your mind at any time.
child-home = Your phone network can tell roughly where you are and what you like. Here you see who may know it. You can say no or press pause at any time. For a yes, your guardian has to say yes too.
family = Family and helpers
family-text = Everyone is named by what they are to you. No phone numbers stand here.
family-none = Nobody acts for you, and you act for nobody. If that should change, ask your operator.
family-for = For whom you may act
family-by = Who may act for you
family-child = Your child, since { $date }
family-ward = The person a court made you guardian of, since { $date }
family-asked = Someone who asked you to act for them, since { $date }
family-line = Someone who uses a line of your contract, since { $date }
family-guardian = Your guardian, since { $date }
family-delegate = Someone you asked to act for you, since { $date }
family-owner = The holder of your line’s contract, since { $date }
family-until = Until { $date }
family-may-all = May look at the pages, allow, refuse, pause and end.
family-may-allow = May allow, refuse, pause and end.
family-may-stop = May refuse, pause and end, but never allow.
family-may-forbid = May forbid something on this line, but never allow anything and never look.
family-every = Every assistant
family-forbids = { $recipient }: { $what } is forbidden
family-forbids-finer = { $recipient }: { $what }, at most { $precision }
family-waits = { $count ->
    [one] Your child waits for your word on one question.
   *[other] Your child waits for your word on { $count } questions.
}
family-enter = Open these pages
notices = When you are told
notices-text = Each time an assistant is given something about you, a message can reach you: who it was, what kind of thing, what for and when. Where you were never stands in it.
notices-law = The law in your country asks that you are told each time.
notices-law-together = Being told less often is a choice of your own; nothing waits longer than 30 days.
notices-silent = Messages are not set up here yet. Until they are, these pages alone show who was given what.
notices-often = How often
notices-every = each time
notices-times = { $count ->
    [one] together, after { $count } time
   *[other] together, after { $count } times
}
notices-days = { $count ->
    [one] together, within { $count } day
   *[other] together, within { $count } days
}
notices-off = not at all
notices-note = If you choose a number of times, what is left over is told within 30 days.
notices-quiet = Quiet hours
notices-no-quiet = no quiet hours
notices-save = Save this choice
acting-child = You act for your child, as you may since { $date }. On these pages “you” means your child.
acting-ward = You act for the person in your care, as you may since { $date }. On these pages “you” means that person.
acting-back = Back to my own pages
ends-heading = Ends soon
ends-on = { $recipient }: { $what }. Ends on { $date }.
ends-look = Look at it
ends-by-itself = Ends by itself on { $date }. You need not do anything.
let-end = Let it end
renew = Renew until { $date }
help = Help and complaints
help-wrong = If something seems wrong
help-pause = Pause first. Nothing more is given out while you look into it.
help-note = Find the request under “Who asked for what” and note its day, its time and who asked. Your receipts show what you had allowed.
help-ask = Tell your operator’s data protection officer. Your operator has not said here how to reach one; its customer service must tell you. An answer is due within a month at most.
help-authority = If the answer does not satisfy you, complain to { $authority }, { $place }. That costs you nothing.
help-words = What the words mean
word-assistant = Assistant
means-assistant = A program of another company that answers you and may ask your operator for hints about you.
word-permission = Permission
means-permission = Your yes to one assistant, for one purpose and one kind of fact, until a day that you choose.
word-pause = Pause
means-pause = Nothing is given out until you resume. The permission stays.
word-withdraw = Withdraw
means-withdraw = The permission ends for good, and the assistant is asked to delete what came of it.
word-receipt = Receipt
means-receipt = A signed proof of what you were shown and what you answered.
help-about = Complain about this
help-request = The request that you mean
help-when = When
help-number = Number of its receipt
help-quote = Quote the lines above, so that your operator finds this request. Your receipts show what you had allowed.
help-officer = Tell your operator’s data protection officer, { $officer }: { $address }. An answer is due within a month at most.
elsewhere = In other countries
elsewhere-text = Your operator belongs to a group. Each operator of it holds for itself what it knows. Nothing about you is moved between them.
elsewhere-here = Your operator
elsewhere-holds-here = Holds your permissions, your receipts and what is known about you. You see all of it on these pages.
elsewhere-holds-there = Has nothing from here. If it holds something about you itself, it shows you that itself.
elsewhere-ask-there = Look at its pages
elsewhere-permissions = What your permissions are worth there
elsewhere-here-only = What you allow here holds here only. Nobody may ask another operator about you because of it.
elsewhere-asked-again = Even if another operator recognises your yes, it has to ask you again. You may say no there, and that changes nothing here.
elsewhere-end-each = What you pause or end here ends nothing that you allowed there. End it there, too.
elsewhere-abroad = While you are abroad
abroad-learns = Your operator learns where you are from its own base stations only. While another network serves you, it learns the country of that network, and no new place.
abroad-told = What it knew before, such as your interests, may still be told to assistants that you allowed. Pausing and ending work from everywhere.
abroad-country = In which country you are is told only to assistants that you have allowed to know just this, and only where enough others are in that country.

data = What is held about you
data-nothing = Nothing is known about your life right now.
data-text = No calls, messages, addresses, app names or websites are kept, and no record of where you were when. What your phone network says is folded into these few numbers and dropped. They fade by half every two to four weeks.
data-places = Places you stay at
data-places-text = { $count ->
    [0] none
    [one] one, { $named } of them recognised as home, work or often visited
   *[other] { $count }, { $named } of them recognised as home, work or often visited
}
data-nights = Nights looked back on
data-nights-text = { $count } of the last 28
data-apps = Topics of your apps
data-web = Topics of your websites
data-country = Country of your network
data-left = Mobile data left
data-not-known = not known
data-no-topics = none
data-and = {"; "}
data-latest = Last taken in
data-file = Download everything
data-erase = Erase
wrong-heading = Is something wrong?
wrong-text = What you call wrong is taken out at once. From then on it is learnt anew from what your phone network says.
wrong = This is wrong
erase-heading = Erase what is known about you?
erase-all = Your places, your habits and your interests are deleted at once.
erase-final = This cannot be undone, by you or by anybody else.
erase-told = What assistants were told already is not called back by this. Withdraw a permission, and they are asked to delete it.
erase-anew = Your permissions stay. While you allow something, it is learnt anew from now on.
erase-kept = Your receipts and the list of who asked for what stay, so that you can still prove what happened, unless you tick them below.
erase-stranger = Also make me a stranger to all assistants: the names they have for me stop working, and your operator has to connect them anew.
erase-records = Also erase my receipts and the list of who asked for what. The public log then shows only that something was recorded, never what or about whom.
erase-despite = What proves that you allowed or refused something stays for { $years } years from then. The rule behind it: { $citation }
erase-despite-asked = The list of who asked for what stays for { $days } days from each entry on. The rule behind it: { $citation }
erase-despite-emergency = What rescue agencies asked about you stays for { $days } days from each entry on. The rule behind it: { $citation }
erase-button = Erase for good
erase-instead = If you only want nothing to be given out for now, pausing is enough. You can take it back at any time.
erase-back = Back, erase nothing
erased-heading = Erased
erased-text = Nothing is known about your life any more.
erased-anew = Nothing is known about your life any more. As you still allow something, learning begins anew; pause or withdraw to stop that.

preview = What { $recipient } would see
preview-now = If it asked for everything right now, as you have allowed it:
preview-if = If you allowed “{ $what }”, this is what it would be told right now, from coarse to precise:
preview-nothing = Nothing, because { $reason }.
preview-json = The exact answer (JSON)
preview-text = Made by the same rules as a real answer. Nobody was told anything, and nothing was counted.
preview-question = See what it would be told

guess-heading = What it could work out
guess-found = { $place }: the same area about { $share } % of the time. You would be found to within { $km } km.
guess-hidden = { $place }: what it is told does not lead there.
guess-basis = { $nights ->
    [0] Too little is known of your days yet to say what it could work out.
    [one] Worked out from the one night of the last 28 that is known, as if it asked every hour and were always answered this finely. Home goes by your nights, or by mornings and evenings where nights are silent; work by weekdays from 9 to 17. It may know more from elsewhere.
   *[other] Worked out from the { $nights } nights of the last 28 that are known, later ones counting more, as if it asked every hour and were always answered this finely. Home goes by your nights, or by mornings and evenings where nights are silent; work by weekdays from 9 to 17. It may know more from elsewhere.
}

never = What you never share
never-text = Whatever you have allowed: nobody is told where you are or where you are going while one of these places is concerned, and nobody is told anything at these hours. Whoever asks hears the same as when nothing is known.
never-always = Hospitals, places of worship, shelters, schools, prisons and other sensitive places that your operator knows of are never shared with anybody. You need not do anything for that.
never-kinds = Home and work
never-hours = Hours of the day
never-places = Where you often are
never-none = No places of yours are known yet.
never-mark = Never share
never-unmark = Share as before
never-area = { $count ->
    [0] You marked this area earlier; no place of yours in it is known now.
    [one] One place of yours; a stay on { $days } of the last 28 days.
   *[other] { $count } places of yours; a stay on { $days } of the last 28 days.
}
never-through = Never shared, because you never share “{ $place }”.
never-unsettled = Too few nights are known yet to say where that is. Until then no place of yours is shared at all.
never-from = From
never-to = Until
never-choose = please choose
never-hours-mark = Never share at these hours
never-hours-fault = Please choose two different times.
never-note = A place is held back together with the area around it, so that the gap does not point at a door. Someone who asks often may still notice when nothing is told, and guess why.
never-erased = The areas that you never share are forgotten, too. That you never share home, work or certain hours stays.

place-home = Home
place-work = Work
place-frequent = A place you often go to
place-other = A place you have been to
reason-never-place = you never share this place
reason-never-hours = you never share anything at this hour
more-pages = More pages
asked-heading = Who asked for what
learnt = Learnt in the last seven days
learnt-facts = New facts about you: { $facts }, of which areas: { $zones }. Together they are worth { $bits } answers of yes or no at most.
learnt-fewest = On each of these days at least { $people } people fitted everything that was told that day to anybody.
learnt-counted = Days on which you were counted among many people, at most: { $days }. Numbers that were made stay as they are when you stop.
asked-none = No requests yet.
asked-all = All requests
asked-by = What { $recipient } asked for
asked-only = Show requests of
asked-everyone = Everyone
destroyed-records = Entries of this list that were destroyed because you withdrew the permission behind them: { $count }, last on { $date }.
destroyed-mixed = Entries that stay for now because they also tell of something that you still allow: { $count }.
destroyed-kept = Entries that stay although you withdrew the permission behind them: { $count }. The rule behind it: { $citation }
yearly-each = { $recipient }: { $count }
yearly-letter = From { $from } to { $to } your operator answered assistants about you so often: { $all }. Each answer is on your pages, where you can also withdraw: { $address }
yearly-heading = Once a year
yearly-on = Once a year you are told how often something left about you, and to whom.
yearly-off = You are not told once a year how often something left about you.
yearly-stop = Do not tell me once a year
yearly-begin = Tell me once a year
breach-heading = Something happened at an assistant
breach-possible = At { $recipient } there was an incident. What your operator gave it about you from { $from } to { $to } may have leaked: { $what }.
breach-confirmed = At { $recipient } there was an incident. What your operator gave it about you from { $from } to { $to } has leaked: { $what }.
breach-cleared = The incident at { $recipient } did not touch you: what your operator gave it about you from { $from } to { $to } has not leaked ({ $what }).
breach-do = You can withdraw what it may see at any time on your pages. Be careful with calls and messages that seem to know where you were or what you like, and give nobody a code. Your operator's help page says whom to ask and where to complain.
breach-nothing = You need not do anything.
breach-said-possible = You were told that what left about you may have leaked
breach-said-confirmed = You were told that what left about you has leaked
breach-said-cleared = You were told that what left about you has not leaked
located-told = On { $when } { $agency } asked your operator where you are, to save a life, and was told in which area you were seen last. You were not asked first; the law has it so.
located-unknown = On { $when } { $agency } asked your operator where you are, to save a life. Your operator did not know. You were not asked first; the law has it so.
located-later = You are told only now because telling you at once could have put somebody in danger.
located-where = You see it again on your pages: { $address }
others-heading = Others who saw something about you
others-operator = Your operator
others-located = Asked in an emergency where you are, and was told the area in which you were seen last
others-located-later = Asked in an emergency where you are, and was told the area in which you were seen last. You were told of it later, because telling you at once could have put somebody in danger
others-sought = Asked in an emergency where you are. Your operator did not know
others-sought-later = Asked in an emergency where you are. Your operator did not know. You were told of it later, because telling you at once could have put somebody in danger
others-export = Took a copy of the entries about you
others-look = Looked at the entries about you
others-ground = On this ground: { $ground }
newest = Newest
earlier = Earlier
times = { $count } times, last at { $time }
told = { $what }: { $precision }
not-told = { $what }: nothing, because { $reason }
left-out = { $what }: nothing, for lack of room in the answer
claim-waits = { $what }: says that you agreed. It counts only when you say yes yourself.
claim-agreed = { $what }: says that you agreed. You have said yes yourself since.
claim-void = { $what }: says that you agreed. That alone gave it nothing.
claim-refused = { $what }: says that you said no. That was taken as your no.
claim-repeated = { $what }: says that you said no. That changed nothing.
claim-ended = { $what }: said stop in your name. The permission ended at once.
today = Today
yesterday = Yesterday
date = { $day } { $month } { $year }
day = { $weekday }, { $date }

month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday

category-location-zone = Where you are
category-location-label = Whether you are at home or at work
category-location-verify = Whether you are near a place that it names
category-location-frequent_area = How much of your time you spend near a place that it names
category-mobility-next_place = Where you may go next
category-mobility-routine = Whether your day goes as usual
category-usage-interest = What your apps say you like
category-web-interest = What your websites say you like
category-account-roaming_country = Which country your phone is in
category-account-data_volume = How much mobile data you have left
category-aggregate-population = Counting you among many people

what-location-zone = roughly where you are
what-location-label = whether you are at home, at work, at a place you often visit, or elsewhere
what-location-verify = whether your phone is within 5, 10, 20 or 50 km of a place that it names
what-location-frequent_area = about how much of your time you spend within 5, 10, 20 or 50 km of a place that it names
what-mobility-next_place = where you are likely to go next
what-mobility-routine = whether you are where you usually are at this time, and about when you usually move on
what-usage-interest = which topic the apps you use most are about
what-web-interest = which topic the websites you visit most are about
what-account-roaming_country = in which country your phone is connected to a network
what-account-data_volume = about how much mobile data you have left: under 200 MiB, under 1 GiB, under 5 GiB, or more
what-aggregate-population = how many people were first seen in which district on a day, with you counted among them

limit-location-zone = It never learns your exact position.
limit-location-label = This does not tell it where that is.
limit-location-verify = It hears yes or no, at most five times a day, and never how far away you are.
limit-location-frequent_area = It hears one of five steps, about three places a week at most, and never an address. About areas with few people it hears nothing.
limit-mobility-next_place = It never learns an address.
limit-mobility-routine = This does not tell it where you are, or where you go.
limit-usage-interest = It never learns which apps they are. A topic is chosen only after two weeks, and may then stand for up to a year after you last used such apps.
limit-web-interest = It never learns which websites they are. A topic is chosen only after two weeks, and may then stand for up to a year after you last visited such websites.
limit-account-roaming_country = It never learns where in the country you are, and nothing at all where few others are in the same country.
limit-account-data_volume = It never learns the exact amount, or when you used it.
limit-aggregate-population = It learns rounded numbers, each of about 50 people or more, and nothing about you alone. Everyone who may have such numbers gets the same ones. If you stop, you are left out of new numbers; those made before stay.

purpose-ProvidePersonalisedRecommendations = to suggest things that suit you
purpose-ProvideEventRecommendations = to suggest events to you
purpose-ServicePersonalisation = to adapt its service to you
purpose-PersonalisedAdvertising = to show you advertising chosen for you
purpose-FraudPreventionAndDetection = to protect you from fraud
purpose-ResearchAndDevelopment = for research and development

precision-label = one word only
precision-country = the country only
precision-region = a part of the country, about 12,400 km²
precision-city = a city and its surroundings, about 1,770 km²
precision-zone-r5 = a part of a large city, about 253 km² (17 km across)
precision-zone-r6 = a district, about 36 km² (6 km across)
precision-zone-r7 = a neighbourhood, about 5 km² (2 km across)

reason-not-granted = you have not allowed it
reason-expired = your permission had ended
reason-purpose-mismatch = you allowed it for another purpose
reason-assurance-too-low = the assistant did not prove well enough who it is
reason-paused = you had paused it
reason-crowd-too-small = too few people were in the same place at the same time
reason-sensitive-place = the place is a sensitive one
reason-minor = you are under age, and no guardian has allowed it
reason-no-data = nothing was known
reason-unknown-subject = the assistant used a name that belongs to nobody
reason-residency = the law keeps this data in the country
reason-not-permitted = the rules do not permit it
reason-ceiling-too-low = neither contract nor purpose reaches that far
reason-budget-spent = enough had been told already
reason-outside-hours = this was outside the hours that were allowed
reason-quota-spent = the answers that were allowed had been used up
reason-lapsed = who allowed it for you speaks for you no longer
reason-blocked = the holder of the contract does not want it on this line
reason-stopped = an authority or your operator has stopped it
