# العربية. الجمل لا تحدد جنس القارئ. الأرقام 0–9 كما هو معتاد في الإمارات (CLDR: ar-AE).

title = بياناتك والمساعدات الذكية
languages = اللغة
leave = مغادرة الصفحة
back = الذهاب إلى صفحتك

exit = خروج سريع
away = هذه الصفحة فارغة
enter-heading = صفحتك الخاصة
enter-text = هنا يمكنك معرفة ما يُسمح للمساعدات الذكية بأن تعرفه عنك من شبكة هاتفك، والقرار لك.
enter-button = فتح صفحتي
enter-once = يعمل الرابط مرة واحدة، ولمدة 15 دقيقة.

code-heading = بقيت خطوة واحدة
code-text = أرسلنا إليك رمزًا من ستة أرقام بطريقة أخرى. يصلح الرمز لمدة 10 دقائق.
code-label = الرمز
code-wrong = هذا ليس الرمز الصحيح. { $left ->
    [one] بقيت محاولة واحدة.
    [two] بقيت محاولتان.
    [few] بقيت { $left } محاولات.
   *[other] بقي { $left } من المحاولات.
}
kept-heading = كانت صفحتك قد أُغلقت
kept-text = لم يُتخذ أي قرار. يبقى ما اخترته على هذا الجهاز لمدة ساعة: يمكنك فتح صفحتك من جديد والإجابة هناك.
kept-again = هذا ما اخترته قبل أن تُغلق صفحتك. لم يُتخذ أي قرار بعد: نرجو الإجابة.
stranger-heading = لا تُفتح أي صفحة بهذا الدخول
stranger-text = لم يتغير شيء. يمكنك المحاولة مرة أخرى، أو طلب رابط من مشغّل شبكتك.
login = الدخول بحساب مشغّل الشبكة
login-heading = تم الدخول
login-text = تبقى صفحتك مفتوحة على هذا الجهاز حتى تخرج منها، أو تمر 15 دقيقة دون استخدامها.
pin = الرقم السري والأجهزة
pin-heading = حماية صفحتك
pin-text = بالرقم السري لا يستطيع من يمسك هاتفك أن يرى من سأل عنك، ولا ما هو معروف عنك، ولا إيصالاتك. ولا يُطلب هذا الرقم أبدًا عند الإيقاف أو السحب.
pin-label = الرقم السري
pin-old = الرقم السري الحالي
pin-new = رقم سري جديد من ستة أرقام
pin-again = الرقم السري الجديد مرة أخرى
pin-save = حفظ الرقم السري
pin-remove = إزالة الرقم السري
pin-say-heading = أدخل رقمك السري
pin-say-text = هذا الجزء محمي برقمك السري. يمكنك الإيقاف والسحب من دونه.
pin-say-button = فتح
pin-wrong = هذا ليس رقمك السري. { $left ->
    [one] بقيت محاولة واحدة.
    [two] بقيت محاولتان.
    [few] بقيت { $left } محاولات.
   *[other] بقي { $left } من المحاولات.
}
pin-locked = محاولات خاطئة كثيرة. يمكنك المحاولة من جديد: { $when }.
pin-differ = الرقمان السريان الجديدان مختلفان.
pin-weak = نرجو اختيار ستة أرقام ليست كلها متشابهة ولا متتالية.
pin-forgotten = نسيت الرقم؟ افتح صفحتك من جديد بحساب مشغّل الشبكة، أو برابط معه رمز. يمكنك بعدها خلال 10 دقائق وضع رقم سري آخر.
pin-closed = أدخل رقمك السري لترى من سأل
everywhere = إغلاق على كل الأجهزة
everywhere-text = يغلق صفحتك على كل جهاز مفتوحة عليه، ومنها هذا الجهاز.

dead-heading = لم يعد هذا الرابط صالحًا
dead-text = يفتح الرابط صفحتك مرة واحدة، ولمدة 15 دقيقة. يمكنك طلب رابط جديد من مشغّل شبكتك.
ended-heading = أُغلقت صفحتك
ended-text = لحمايتك تُغلق الصفحة بعد 15 دقيقة دون استخدام، وبعد 4 ساعات. يمكنك طلب رابط جديد من مشغّل شبكتك.
foreign-heading = لم يصل هذا الطلب من صفحتك
foreign-text = لم يتغيّر شيء. يُرجى فتح صفحتك والمحاولة مرة أخرى.
odd-heading = تعذّر فهم هذا الطلب
odd-text = لم يتغيّر شيء. يُرجى فتح صفحتك والمحاولة مرة أخرى.
stale-heading = تغيّر النص في هذه الأثناء
stale-text = لم تُسجَّل إجابتك لأن النص الذي قرأته لم يعد هو النص الساري. تُرجى قراءته مرة أخرى.
missing-heading = لا يوجد شيء هنا
missing-text = ربما لم يُنسخ العنوان كاملًا.
busy-heading = غير ممكن الآن
busy-text = تُرجى المحاولة مرة أخرى بعد قليل. تعرض صفحتك دائمًا ما هو سارٍ.

status = { $count ->
    [0] لا أحد يمكنه رؤية أي شيء عنك
    [one] مساعد ذكي واحد يمكنه رؤية شيء عنك
    [two] مساعدان ذكيان يمكنهما رؤية شيء عنك
    [few] { $count } مساعدات ذكية يمكنها رؤية شيء عنك
    [many] { $count } مساعدًا ذكيًا يمكنه رؤية شيء عنك
   *[other] { $count } مساعد ذكي يمكنه رؤية شيء عنك
}
status-paused = كل شيء متوقف مؤقتًا
pause = إيقاف مؤقت
resume = استئناف
withdraw = سحب الموافقة
pause-all = إيقاف كل شيء مؤقتًا
resume-all = استئناف كل شيء
withdraw-all = سحب كل الموافقات
withdraw-all-text = تنتهي كل موافقاتك فورًا ونهائيًا. للسماح بشيء لاحقًا يلزم جواب جديد منك.
pause-recipient = إيقاف { $recipient } مؤقتًا
resume-recipient = استئناف { $recipient }
withdraw-recipient = سحب كل الموافقات من { $recipient }
withdraw-recipient-text = تنتهي كل الموافقات الممنوحة إلى { $recipient } فورًا ونهائيًا. للسماح بشيء لاحقًا يلزم جواب جديد منك.

processes-in = مكان معالجة البيانات: { $country }
country = { $code ->
    [AE] الإمارات العربية المتحدة
    [CA] كندا
    [CN] الصين
    [DE] ألمانيا
    [FR] فرنسا
    [GB] المملكة المتحدة
    [IE] أيرلندا
    [IN] الهند
    [JP] اليابان
    [KR] كوريا
    [NL] هولندا
    [SG] سنغافورة
    [US] الولايات المتحدة
   *[other] { $code }
}
sees-nothing = لا يمكنه رؤية أي شيء
may-see = يمكنه رؤية
may-not-see = لا يمكنه رؤية
open = { $count ->
    [one] سؤال واحد بلا جواب
    [two] سؤالان بلا جواب
    [few] { $count } أسئلة بلا جواب
    [many] { $count } سؤالًا بلا جواب
   *[other] { $count } سؤال بلا جواب
}
open-text = لا يُقدَّم منها شيء قبل جوابك.
until = حتى
label-who = الجهة
label-what = المعلومات
label-purpose = الغرض
label-precision = مدى الدقة
status-paused-until = كل شيء متوقف مؤقتًا حتى { $when }
pause-while = إيقاف لفترة محددة
pause-hour = لمدة ساعة
pause-tomorrow = حتى الغد
paused-until = متوقف حتى { $when }
effect-pause-until = لا يُقدَّم منه شيء حتى { $when }. بعد ذلك يُستأنف تلقائيًا، ويمكنك استئنافه قبل ذلك في أي وقت.
moment = { $date }، الساعة { $time }
paused-mark = متوقف مؤقتًا

how-precise = ما مدى الدقة؟
how-long = إلى متى؟
term-30 = 30 يومًا
term-90 = 90 يومًا
term-365 = سنة واحدة
limit-further = تحديد أضيق (اختياري)
when-in-day = في أي وقت من اليوم؟
how-often = كم مرة؟
label-hours = الوقت المسموح
label-often = عدد المرات
hours-any = في أي وقت
hours-between = بين { $from } و{ $to }
quota-any = كلما طُلب ذلك
quota-once = مرة واحدة فقط
quota-life = { $count ->
    [one] مرة واحدة إجمالًا
    [two] مرتان إجمالًا
    [few] { $count } مرات إجمالًا
   *[other] { $count } مرة إجمالًا
}
quota-hour = { $count ->
    [one] مرة واحدة في الساعة كحد أقصى
    [two] مرتان في الساعة كحد أقصى
    [few] { $count } مرات في الساعة كحد أقصى
   *[other] { $count } مرة في الساعة كحد أقصى
}
quota-day = { $count ->
    [one] مرة واحدة في اليوم كحد أقصى
    [two] مرتان في اليوم كحد أقصى
    [few] { $count } مرات في اليوم كحد أقصى
   *[other] { $count } مرة في اليوم كحد أقصى
}
quota-week = { $count ->
    [one] مرة واحدة في الأسبوع كحد أقصى
    [two] مرتان في الأسبوع كحد أقصى
    [few] { $count } مرات في الأسبوع كحد أقصى
   *[other] { $count } مرة في الأسبوع كحد أقصى
}
quota-month = { $count ->
    [one] مرة واحدة في الشهر كحد أقصى
    [two] مرتان في الشهر كحد أقصى
    [few] { $count } مرات في الشهر كحد أقصى
   *[other] { $count } مرة في الشهر كحد أقصى
}
allow = السماح
refuse = عدم السماح
choose-precision-and-term = للسماح بذلك يُرجى اختيار مدى الدقة والمدة.
choose-precision = للسماح بذلك يُرجى اختيار مدى الدقة.
choose-term = للسماح بذلك يُرجى اختيار المدة.
change-answer = تغيير جوابي
refused-on = رُفض منك في { $date }
ended-on = انتهى في { $date }
withdrawn = سُحبت الموافقة منك

notice = هل يُسمح لـ { $recipient } بمعرفة { $what }؟ سيُستخدم ذلك { $purpose }، وستجري معالجته في { $country }. { $limit } لك حرية الرفض، ويمكنك تغيير جوابك في هذه الصفحة في أي وقت.
own-words = وتقول { $recipient } بكلماتها: «{ $words }»

waiting-heading = بانتظار جوابك
waiting-asked = تسأل { $recipient } إن كان يُسمح لها بالاطلاع على: { $what }.
waiting-written = في { $date } دوّن موظفونا أنك تسمح لـ { $recipient } بالاطلاع على: { $what }. ولا يسري ذلك إلا إذا وافقت هنا بنفسك.
answer = أجب

everything = كل شيء
done-grant = سُمح بذلك
done-refuse = لم يُسمح بذلك
done-pause = أُوقف مؤقتًا
done-resume = استُؤنف
done-withdraw = سُحبت الموافقة
done-nothing = لم يتغيّر شيء
effect-grant = من الآن يمكن تقديم ذلك.
effect-refuse = لا يُقدَّم منه شيء، ولن يُطرح السؤال مرة أخرى.
effect-pause = من الآن لا يُقدَّم منه شيء. يمكنك استئنافه في أي وقت.
effect-resume = من الآن يمكن تقديم ذلك من جديد.
effect-withdraw = من الآن لا يُقدَّم منه شيء.
effect-nothing = كان الأمر كذلك من قبل.
again-text = ما سُحب لا يعود من تلقاء نفسه: للسماح به مجددًا يلزم جواب جديد منك عن السؤال.
back-to = العودة إلى { $recipient }
undo = تراجع

receipts = إيصالات موافقتك
receipts-text = كل ما سُمح به أو رُفض منك، مع النص الذي عُرض عليك. يمكنك فتح أي إيصال لمعرفة ما جرى له والاحتفاظ به.
receipts-none = لا توجد إيصالات بعد. يصدر إيصال كلما سمحت بشيء أو رفضته.
receipts-all = كل الإيصالات
receipt-of = إيصال: { $recipient }
receipt-signed = الإيصال الموقَّع (JWS)
receipt-json = مع الإثباتات (JSON)
receipt-keep = الاحتفاظ بالإيصال
receipt-keep-text = الإيصال موقَّع من مشغّل شبكتك، ويمكن لأي شخص التحقق منه لاحقًا دون الرجوع إلينا. ويمكنك أيضًا طباعة هذه الصفحة.
what-you-read = النص الذي عُرض عليك
what-was-done = ما جرى
label-state = الحالة الآن
state-unknown = لا قرار بعد
state-requested = سؤال بلا جواب
state-request-deferred = الجواب مؤجَّل
state-refused = غير مسموح
state-given = مسموح
state-expired = انتهت مدته
state-withdrawn = سُحبت الموافقة منك
state-revoked = أنهاه مشغّل شبكتك
state-invalidated = أُعلن بطلانه
state-renewed = مسموح بعد التمديد
state-paused = متوقف مؤقتًا
state-superseded = حلّ محله جواب لاحق
act-grant = سُمح به
act-refuse = لم يُسمح به
act-pause = أُوقف مؤقتًا
act-resume = استُؤنف
act-withdraw = سُحبت الموافقة
act-request = طُرح السؤال
act-capture = دُوِّن بلا تأكيد
act-defer = أُجّل الجواب
act-revoke = أُنهي
act-invalidate = أُعلن بطلانه
act-renew = مُدِّد
act-supersede = استُبدل
by-subscriber = منك
by-guardian = من ولي الأمر
by-delegate = ممّن وكّلته
by-staff = من الموظفين بناءً على طلبك
by-operator = من مشغّل شبكتك
by-authority = من جهة رقابية

later = اسألني لاحقًا
put-off = لقد أجّلت الجواب. لن تُسأل من جديد قبل { $date }، ويمكنك أن تجيب هنا متى شئت.
waiting-guardian = في { $date } وافقت لـ { $recipient } على: { $what }. ولا يسري ذلك إلا إذا وافق ولي أمرك أيضًا.
waiting-child = في { $date } وافق طفلك لـ { $recipient } على: { $what }. ولا يسري ذلك إلا إذا وافقت أنت.
paused-by-guardian = أوقفه ولي أمرك مؤقتًا
label-by = صاحب القرار
done-capture = سيُسأل ولي أمرك
done-defer = أُجّل الجواب
done-renew = مُدِّدت الموافقة
effect-capture = لا يُقدَّم شيء بعد. لا تسري موافقتك إلا إذا وافق ولي أمرك أيضًا.
effect-defer = لا يُقدَّم منه شيء قبل أن تجيب.
effect-renew = تستمر حتى التاريخ الجديد، ويمكنك إيقافها في أي وقت.
notice-child = تريد { $recipient } أن تعرف { $what }. وتريد أن تستخدم ذلك { $purpose }. أجهزتها في { $country }. { $limit } يمكنك أن تقول لا، ولن يحدث أي شيء سيّئ. وإذا قلت نعم فيجب أن يقول ولي أمرك نعم أيضًا. ويمكنك أن تغيّر رأيك في أي وقت.
child-home = شبكة هاتفك تعرف تقريبًا أين أنت وماذا تحب. هنا ترى من يُسمح له بأن يعرف ذلك. يمكنك أن تقول لا أو أن تضغط زر الإيقاف المؤقت في أي وقت. ولكي تقول نعم يجب أن يقول ولي أمرك نعم أيضًا.
family = العائلة والمساعدون
family-text = يُذكر كل شخص هنا بصلته بك. ولا تظهر هنا أرقام هواتف.
family-none = لا أحد يتصرف نيابةً عنك، ولا تتصرف نيابةً عن أحد. إن أردت تغيير ذلك فاسأل مشغّل شبكتك.
family-for = من يمكنك التصرف نيابةً عنه
family-by = من يمكنه التصرف نيابةً عنك
family-child = طفلك، منذ { $date }
family-ward = من جعلتك المحكمة وليًّا عليه، منذ { $date }
family-asked = من وكّلك عنه، منذ { $date }
family-line = من يستخدم خطًّا من عقدك، منذ { $date }
family-guardian = ولي أمرك، منذ { $date }
family-delegate = من وكّلته عنك، منذ { $date }
family-owner = صاحب عقد خطك، منذ { $date }
family-until = حتى { $date }
family-may-all = يمكنه رؤية الصفحات والسماح والرفض والإيقاف المؤقت والإنهاء.
family-may-allow = يمكنه السماح والرفض والإيقاف المؤقت والإنهاء.
family-may-stop = يمكنه الرفض والإيقاف المؤقت والإنهاء، لكن لا يمكنه السماح أبدًا.
family-may-forbid = يمكنه أن يمنع شيئًا على هذا الخط، لكن لا يمكنه السماح بشيء ولا الاطلاع على شيء.
family-every = كل المساعدين
family-forbids = { $recipient }: { $what }، ممنوع
family-forbids-finer = { $recipient }: { $what }، { $precision } على الأكثر
family-waits = { $count ->
    [one] طفلك ينتظر كلمتك في سؤال واحد.
    [two] طفلك ينتظر كلمتك في سؤالين.
    [few] طفلك ينتظر كلمتك في { $count } أسئلة.
   *[other] طفلك ينتظر كلمتك في { $count } سؤالًا.
}
family-enter = افتح هذه الصفحات
acting-child = أنت تتصرف نيابةً عن طفلك، ولك ذلك منذ { $date }. وضمير المخاطب في هذه الصفحات يعود إلى طفلك.
acting-ward = أنت تتصرف نيابةً عمّن هو في رعايتك، ولك ذلك منذ { $date }. وضمير المخاطب في هذه الصفحات يعود إليه.
acting-back = العودة إلى صفحاتي
ends-heading = ينتهي قريبًا
ends-on = { $recipient }: { $what }. ينتهي في { $date }.
ends-look = اطّلع عليه
ends-by-itself = ينتهي من تلقاء نفسه في { $date }. لا يلزمك فعل أي شيء.
let-end = دعه ينتهي
renew = مدّده حتى { $date }
help = المساعدة والشكاوى
help-wrong = إذا بدا لك أن هناك خطأ
help-pause = أوقف كل شيء مؤقتًا أولًا. لن يُقدَّم شيء آخر ريثما تتحقق.
help-note = ابحث عن الطلب في «من طلب ماذا» ودوّن يومه ووقته ومن سأل. وتُظهر إيصالاتك ما كنت قد سمحت به.
help-ask = أبلغ مسؤول حماية البيانات لدى مشغّل شبكتك. ومن حقك أن تتلقى جوابًا خلال شهر على الأكثر.
help-authority = إن لم يُرضك الجواب فقدّم شكوى إلى { $authority }، { $place }. ولا يكلّفك ذلك شيئًا.
help-words = معاني الكلمات
word-assistant = المساعد
means-assistant = برنامج لشركة أخرى يجيبك وقد يسأل مشغّل شبكتك عن معلومات تقريبية عنك.
word-permission = الإذن
means-permission = موافقتك لمساعد واحد، لغرض واحد ونوع واحد من المعلومات، حتى يوم تختاره.
word-pause = الإيقاف المؤقت
means-pause = لا يُقدَّم شيء حتى تستأنف. ويبقى الإذن قائمًا.
word-withdraw = السحب
means-withdraw = ينتهي الإذن نهائيًّا، ويُطلب من المساعد حذف ما نتج عنه.
word-receipt = الإيصال
means-receipt = إثبات موقّع لما عُرض عليك ولما أجبت به.

data = ما هو محفوظ عنك
data-nothing = لا يُعرف الآن شيء عن حياتك.
data-text = لا تُحفظ المكالمات ولا الرسائل ولا العناوين ولا أسماء التطبيقات ولا المواقع الإلكترونية، ولا أين كنت ومتى. ما يصل من شبكة الهاتف يُختصر في هذه الأرقام القليلة ثم يُحذف، وهي تتلاشى إلى النصف كل أسبوعين إلى أربعة أسابيع.
data-places = الأماكن التي تقيم فيها
data-places-text = { $count ->
    [0] لا شيء
    [one] مكان واحد، عُرف منها كمنزل أو عمل أو مكان متكرر: { $named }
    [two] مكانان، عُرف منها كمنزل أو عمل أو مكان متكرر: { $named }
    [few] { $count } أماكن، عُرف منها كمنزل أو عمل أو مكان متكرر: { $named }
   *[other] { $count } مكانًا، عُرف منها كمنزل أو عمل أو مكان متكرر: { $named }
}
data-nights = الليالي المأخوذة في الحسبان
data-nights-text = { $count } من آخر 28
data-apps = مواضيع تطبيقاتك
data-web = مواضيع المواقع التي تزورها
data-no-topics = لا شيء
data-and = {"، "}
data-latest = آخر ما أُخذ في الحسبان
data-file = تنزيل كل شيء
data-erase = محو
wrong-heading = هل هناك خطأ؟
wrong-text = ما تقول إنه خطأ يُحذف فورًا، ثم يُستنتج من جديد مما تقوله شبكة هاتفك.
wrong = هذا خطأ
erase-heading = محو ما يُعرف عنك؟
erase-all = تُحذف أماكنك وعاداتك واهتماماتك فورًا.
erase-final = لا يمكن التراجع عن ذلك، لا منك ولا من أي شخص آخر.
erase-told = ما قُدِّم إلى المساعدات الذكية من قبل لا يُسترجع بهذا. عند سحب الموافقة يُطلب منها حذفه.
erase-anew = تبقى موافقاتك. وما دام هناك شيء مسموح به فسيبدأ التعلّم من جديد من الآن.
erase-kept = تبقى إيصالاتك وقائمة من طلب ماذا، ليبقى بإمكانك إثبات ما جرى.
erase-stranger = وقطع صلتي بكل المساعدات أيضًا: تبطل الأسماء التي لديها عني، ويلزم أن يربطها مشغّل الشبكة من جديد.
erase-button = محو نهائي
erase-instead = إن كان المطلوب فقط ألا يُقدَّم شيء في الوقت الحالي فالإيقاف المؤقت يكفي، ويمكنك التراجع عنه في أي وقت.
erase-back = رجوع دون محو
erased-heading = تم المحو
erased-text = لم يعد يُعرف شيء عن حياتك.
erased-anew = لم يعد يُعرف شيء عن حياتك. وبما أن هناك شيئًا لا يزال مسموحًا به فسيبدأ التعلّم من جديد؛ يمكنك إيقافه مؤقتًا أو سحب الموافقة.

preview = ما الذي سيراه { $recipient }
preview-now = لو طُلب كل شيء الآن، بحسب المسموح به حاليًا:
preview-if = في حال السماح بـ«{ $what }» هذا ما سيُقدَّم الآن، من التقريبي إلى الدقيق:
preview-nothing = لا شيء، { $reason }.
preview-json = الجواب بنصه (JSON)
preview-text = أُعدّ وفق القواعد نفسها التي يُعدّ بها الجواب الحقيقي. لم يُقدَّم شيء إلى أحد ولم يُحتسب شيء.
preview-question = معاينة ما سيُقدَّم

guess-heading = ما يمكن استنتاجه من ذلك
guess-found = { $place }: المنطقة نفسها في نحو { $share }% من الوقت، فيمكن تحديد المكان في حدود { $km } كم.
guess-hidden = { $place }: ما يُقدَّم لا يقود إلى هذا المكان.
guess-basis = { $nights ->
    [0] ما يُعرف عن أيامك قليل بعد، فلا يمكن القول ما الذي يمكن استنتاجه.
   *[other] حُسب من الليالي المعروفة من آخر 28 ليلة (عددها { $nights })، والأحدث منها أثقل وزنًا، كما لو طُلب الجواب كل ساعة وجاء دائمًا بهذه الدقة. يُنظر للبيت إلى الليالي، أو إلى الصباح والمساء إن لم يُقدَّم شيء ليلًا، وللعمل إلى أيام الأسبوع من 9 إلى 17. وقد يكون لديه ما عرفه من مصادر أخرى.
}

never = ما لا تشاركه أبدًا
never-text = مهما كان ما سمحت به: لا يُخبَر أحد بمكانك ولا بوجهتك ما دام الأمر يتعلق بأحد هذه الأماكن، ولا يُخبَر أحد بشيء في هذه الساعات. ومن يسأل يتلقى الجواب نفسه الذي يتلقاه حين لا يُعرف شيء.
never-always = المستشفيات ودور العبادة ودور الإيواء والمدارس والسجون وغيرها من الأماكن الحسّاسة التي يعرفها المشغّل لا تُشارَك مع أحد أبدًا، دون أن تحتاج إلى فعل شيء.
never-kinds = البيت والعمل
never-hours = ساعات اليوم
never-places = حيث تكون كثيرًا
never-none = لا يُعرف بعد أي مكان من أماكنك.
never-mark = لا تشارك أبدًا
never-unmark = شارك كما كان
never-area = { $count ->
    [0] منطقة حدّدتها من قبل، ولا يُعرف الآن مكان لك فيها.
    [one] مكان واحد لك، والأيام التي أقمت فيه من آخر 28 يومًا: { $days }
    [two] مكانان لك، والأيام التي أقمت فيهما من آخر 28 يومًا: { $days }
    [few] { $count } أماكن لك، والأيام التي أقمت فيها من آخر 28 يومًا: { $days }
   *[other] { $count } مكانًا لك، والأيام التي أقمت فيها من آخر 28 يومًا: { $days }
}
never-through = لا يُشارَك أبدًا، لأنك لا تشارك «{ $place }» أبدًا.
never-unsettled = الليالي المعروفة قليلة بعد، فلا يُعرف أين هذا المكان. وحتى ذلك الحين لا يُشارَك أي من أماكنك.
never-from = من
never-to = إلى
never-choose = اختر من فضلك
never-hours-mark = لا تشارك أبدًا في هذه الساعات
never-hours-fault = اختر وقتين مختلفين من فضلك.
never-note = يُحجب المكان مع المنطقة المحيطة به، حتى لا يدل الفراغ على بابه. ومع ذلك قد يلاحظ من يسأل كثيرًا متى لا يُقدَّم شيء، ويخمّن السبب.
never-erased = تُنسى أيضًا المناطق التي لا تشاركها أبدًا. أما عدم مشاركة البيت أو العمل أو ساعات معيّنة فيبقى كما هو.

place-home = البيت
place-work = العمل
place-frequent = مكان تذهب إليه كثيرًا
place-other = مكان كنت فيه
reason-never-place = لأنك لا تشارك هذا المكان أبدًا
reason-never-hours = لأنك لا تشارك شيئًا في هذه الساعة أبدًا
more-pages = صفحات أخرى
asked-heading = من طلب ماذا
asked-none = لا توجد طلبات حتى الآن.
asked-all = كل الطلبات
asked-by = ما طلبه { $recipient }
asked-only = عرض طلبات
asked-everyone = الجميع
newest = الأحدث
earlier = طلبات أقدم
times = { $count ->
    [two] مرتان، آخرهما { $time }
    [few] { $count } مرات، آخرها { $time }
   *[other] { $count } مرة، آخرها { $time }
}
told = { $what }: { $precision }
not-told = { $what }: لا شيء، { $reason }
left-out = { $what }: لا شيء، لضيق المساحة في الجواب
today = اليوم
yesterday = أمس
date = { $day } { $month } { $year }
day = { $weekday }، { $date }

month-1 = يناير
month-2 = فبراير
month-3 = مارس
month-4 = أبريل
month-5 = مايو
month-6 = يونيو
month-7 = يوليو
month-8 = أغسطس
month-9 = سبتمبر
month-10 = أكتوبر
month-11 = نوفمبر
month-12 = ديسمبر
weekday-1 = الاثنين
weekday-2 = الثلاثاء
weekday-3 = الأربعاء
weekday-4 = الخميس
weekday-5 = الجمعة
weekday-6 = السبت
weekday-7 = الأحد

category-location-zone = مكان وجودك
category-location-label = وجودك في المنزل أو في العمل
category-mobility-next_place = وجهتك التالية المحتملة
category-usage-interest = اهتماماتك بحسب تطبيقاتك
category-web-interest = اهتماماتك بحسب المواقع التي تزورها

what-location-zone = مكان وجودك التقريبي
what-location-label = ما إذا كنت في المنزل أو في العمل أو في مكان تزوره كثيرًا أو في غيرها
what-mobility-next_place = وجهتك التالية المرجّحة
what-usage-interest = موضوع التطبيقات التي تستخدمها أكثر من غيرها
what-web-interest = موضوع مواقع الويب التي تزورها أكثر من غيرها

limit-location-zone = لا يُقدَّم موقعك الدقيق أبدًا.
limit-location-label = لا يكشف ذلك أين يقع المكان.
limit-mobility-next_place = لا يُقدَّم أي عنوان أبدًا.
limit-usage-interest = لا تُقدَّم أسماء التطبيقات أبدًا.
limit-web-interest = لا تُقدَّم أسماء المواقع أبدًا.

purpose-ProvidePersonalisedRecommendations = لاقتراح ما يناسبك
purpose-ProvideEventRecommendations = لاقتراح فعاليات عليك
purpose-ServicePersonalisation = لتكييف الخدمة معك
purpose-PersonalisedAdvertising = لعرض إعلانات مختارة لك
purpose-FraudPreventionAndDetection = لحمايتك من الاحتيال
purpose-ResearchAndDevelopment = للبحث والتطوير

precision-label = كلمة واحدة فقط
precision-country = البلد فقط
precision-region = جزء من البلد، نحو 12,400 كم²
precision-city = مدينة وما حولها، نحو 1,770 كم²
precision-zone-r5 = جزء من مدينة كبيرة، نحو 253 كم² (بعرض 17 كم)
precision-zone-r6 = منطقة من المدينة، نحو 36 كم² (بعرض 6 كم)
precision-zone-r7 = حيّ، نحو 5 كم² (بعرض 2 كم)

reason-not-granted = لأنه لم يُسمح به منك
reason-expired = لأن مدة موافقتك انتهت
reason-purpose-mismatch = لأن موافقتك كانت لغرض آخر
reason-assurance-too-low = لأن المساعد لم يثبت هويته بما يكفي
reason-paused = لأنه كان متوقفًا مؤقتًا
reason-crowd-too-small = لأن عدد الموجودين في المكان نفسه في الوقت نفسه كان قليلًا جدًا
reason-sensitive-place = لأن المكان حسّاس
reason-minor = لأنك دون السن القانونية ولم يوافق وليّ الأمر
reason-no-data = لأنه لم تكن هناك معلومات
reason-unknown-subject = لأن المساعد استخدم اسمًا لا يعود إلى أحد
reason-residency = لأن القانون يُبقي هذه البيانات داخل البلد
reason-not-permitted = لأن القواعد لا تسمح بذلك
reason-ceiling-too-low = لأن العقد أو الغرض لا يصل إلى هذا الحد
reason-budget-spent = لأنه قُدِّم ما يكفي من قبل
reason-outside-hours = لأن ذلك كان خارج الساعات المسموح بها
reason-quota-spent = لأن عدد الإجابات المسموح به قد استُنفد
reason-lapsed = لأن من وافق نيابةً عنك لم يعد يمثّلك
reason-blocked = لأن صاحب العقد لا يريد ذلك على هذا الخط
