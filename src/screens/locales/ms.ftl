# Bahasa Melayu (Malaysia, Singapura). Pembaca disapa dengan "anda"; ayat penuh.

title = Data anda dan pembantu AI
languages = Bahasa
leave = Tinggalkan halaman ini
back = Pergi ke halaman anda

exit = Keluar cepat
away = Halaman ini kosong
enter-heading = Halaman anda sendiri
enter-text = Di sini anda dapat melihat apa yang boleh diketahui oleh pembantu AI tentang anda daripada rangkaian mudah alih anda, dan anda yang menentukannya.
enter-button = Buka halaman saya
enter-once = Pautan ini boleh digunakan sekali sahaja, dalam masa 15 minit.

code-heading = Satu langkah lagi
code-text = Kami telah menghantar kod enam digit kepada anda melalui cara lain. Kod ini sah selama 10 minit.
code-label = Kod anda
code-wrong = Kod itu tidak betul. Anda boleh mencuba { $left } kali lagi.
lost-heading = Permintaan ini sudah tamat
lost-text = Sebuah pembantu meminta untuk dihubungkan dengan anda. Permintaan itu sudah dijawab, atau sudah terlalu lama. Tiada apa-apa berubah dengan membuka halaman ini: mulakan semula di pembantu itu.
kept-heading = Halaman anda sudah ditutup
kept-text = Tiada apa-apa diputuskan. Pilihan anda disimpan pada peranti ini selama sejam: buka halaman anda semula dan jawab di sana.
kept-again = Ini pilihan anda sebelum halaman ditutup. Belum ada keputusan: sila jawab.
stranger-heading = Log masuk ini tidak membuka mana-mana halaman
stranger-text = Tiada apa-apa berubah. Cuba lagi, atau minta pautan daripada pengendali anda.
login = Log masuk dengan pengendali anda
login-heading = Anda telah log masuk
login-text = Halaman anda terbuka pada peranti ini sehingga anda keluar, atau selama 15 minit tanpa digunakan.
link-heading = { $recipient } meminta untuk dihubungkan dengan anda
link-text = { $recipient } akan mengenali anda dengan nama yang tidak digunakan di tempat lain, bukan dengan nombor anda. Ia hanya mengetahui apa yang anda benarkan, dan anda boleh menamatkannya di halaman anda pada bila-bila masa.
link-asks = Ia bertanya tentang
link-before = Anda membuat keputusan di halaman seterusnya. Jika halaman anda belum dibuka pada peranti ini, log masuk atau buka pautan daripada pengendali anda di sini: anda akan kembali ke soalan ini.
link-go = Teruskan
link-allow = Hubungkan
link-refuse = Jangan hubungkan
link-back = Apa-apa pun pilihan anda, anda kembali ke { $host }, yang hanya diberitahu sama ada anda telah dihubungkan.
link-nothing = Anda belum membenarkan apa-apa. Sila benarkan satu soalan di atas dahulu, atau pilih untuk tidak menghubungkan.
capture-heading = { $recipient } memohon persetujuan anda
capture-text = Anda menjawab setiap soalan secara berasingan. Yang tidak dijawab kekal seperti sedia ada.
capture-back = Selepas itu anda kembali ke { $host }, yang dimaklumkan sebanyak mana daripadanya yang anda benarkan.
linked = Pembantu yang dihubungkan
linked-text = Setiap pembantu mengenali anda dengan nama yang tidak digunakan di tempat lain. Apabila anda menamatkan hubungan, ia tidak boleh bertanya apa-apa lagi mulai saat itu; apa yang anda benarkan kekal sehingga anda mengubahnya.
linked-none = Tiada pembantu dihubungkan dengan anda.
linked-since = Dihubungkan sejak { $date }
linked-used = Kali terakhir digunakan: { $when }
linked-unused = Belum digunakan
linked-ended = Ditamatkan: { $when }
linked-end = Tamatkan hubungan ini
linkcode-way = Hubungkan dengan kod: { $purpose }
linkcode-heading = Hubungkan { $recipient } dengan kod
linkcode-text = Untuk televisyen, kereta atau pembesar suara tanpa pelayar: satu kod dipaparkan di sini, dan anda menyebut atau menaipnya di sana. { $recipient } akan mengenali anda dengan nama yang tidak digunakan di tempat lain, bukan dengan nombor anda.
linkcode-once = Kod ini untuk { $recipient } sahaja. Ia boleh digunakan sekali, dalam masa 10 minit.
linkcode-show = Paparkan kod
linkcode-nothing = Anda belum membenarkan apa-apa. Sila benarkan satu soalan di atas dahulu.
linkcode-yours = Kod anda untuk { $recipient }
linkcode-until = Sebut atau taip kod ini dalam { $recipient }. Ia sah sehingga { $time } dan boleh digunakan sekali.
linkcode-warning = Jangan berikan kepada orang lain, dan jangan sekali-kali kepada sesiapa yang menelefon atau menghantar mesej kepada anda.
request-way = { $recipient } meminta untuk dihubungkan dengan anda. Jika anda tidak baru sahaja memulakannya di sana, jangan hubungkan.
request-message = { $recipient } sepatutnya memaparkan perkataan yang sama kepada anda:
request-until = Anda boleh menjawab sehingga { $time }. Jika tidak, tiada apa-apa berlaku.
pin = PIN dan peranti
pin-heading = Lindungi halaman anda
pin-text = Dengan PIN, sesiapa yang memegang telefon anda tidak dapat melihat siapa yang bertanya tentang anda, apa yang diketahui tentang anda, atau resit anda. PIN tidak pernah diminta untuk menjeda dan menarik balik.
pin-label = PIN anda
pin-old = PIN sekarang
pin-new = PIN baharu, enam digit
pin-again = PIN baharu sekali lagi
pin-save = Simpan PIN
pin-remove = Buang PIN
pin-say-heading = Masukkan PIN anda
pin-say-text = Bahagian ini dilindungi PIN anda. Anda boleh menjeda dan menarik balik tanpanya.
pin-say-button = Buka
pin-wrong = PIN itu tidak betul. Anda boleh mencuba { $left } kali lagi.
pin-locked = Terlalu banyak percubaan salah. Anda boleh mencuba lagi pada { $when }.
pin-differ = Kedua-dua PIN baharu tidak sama.
pin-weak = Sila pilih enam digit yang tidak semuanya sama dan tidak berturutan.
pin-forgotten = Terlupa? Buka halaman anda semula dengan log masuk pengendali, atau dengan pautan berserta kod. Dalam 10 minit selepas itu anda boleh menetapkan PIN lain.
pin-closed = Masukkan PIN untuk melihat siapa yang bertanya
everywhere = Tutup di semua peranti
everywhere-text = Menutup halaman anda pada setiap peranti yang membukanya, termasuk peranti ini.

dead-heading = Pautan ini tidak lagi sah
dead-text = Pautan membuka halaman anda sekali sahaja, dalam masa 15 minit. Sila minta pautan baharu daripada pengendali anda.
ended-heading = Halaman anda telah ditutup
ended-text = Demi keselamatan anda, halaman ini ditutup selepas 15 minit tanpa digunakan, dan selepas 4 jam. Sila minta pautan baharu daripada pengendali anda.
foreign-heading = Permintaan ini bukan daripada halaman anda
foreign-text = Tiada apa-apa yang berubah. Buka halaman anda dan cuba lagi.
odd-heading = Permintaan ini tidak dapat difahami
odd-text = Tiada apa-apa yang berubah. Buka halaman anda dan cuba lagi.
stale-heading = Teks ini telah berubah
stale-text = Jawapan anda tidak direkodkan kerana teks yang anda baca tidak lagi berkuat kuasa. Sila baca sekali lagi.
missing-heading = Tiada apa-apa di sini
missing-text = Mungkin alamat tidak disalin sepenuhnya.
busy-heading = Tidak dapat dilakukan sekarang
busy-text = Sila cuba sebentar lagi. Halaman anda sentiasa menunjukkan apa yang berkuat kuasa.

status = { $count ->
    [0] Tiada sesiapa boleh melihat apa-apa tentang anda
    [1] Satu pembantu AI boleh melihat sesuatu tentang anda
   *[other] { $count } pembantu AI boleh melihat sesuatu tentang anda
}
status-paused = Semuanya dijeda
pause = Jeda
resume = Sambung semula
withdraw = Tarik balik
pause-all = Jeda semua
resume-all = Sambung semula semua
withdraw-all = Tarik balik semua
withdraw-all-text = Semua kebenaran anda tamat serta-merta dan muktamad. Jika anda mahu membenarkan sesuatu lagi kelak, anda perlu menjawab semula.
pause-recipient = Jeda { $recipient }
resume-recipient = Sambung semula { $recipient }
withdraw-recipient = Tarik balik semua daripada { $recipient }
withdraw-recipient-text = Semua kebenaran untuk { $recipient } tamat serta-merta dan muktamad. Jika anda mahu membenarkan sesuatu lagi kelak, anda perlu menjawab semula.

processes-in = Memproses data di { $country }
country = { $code ->
    [AE] Emiriah Arab Bersatu
    [CA] Kanada
    [CN] China
    [DE] Jerman
    [FR] Perancis
    [GB] United Kingdom
    [IE] Ireland
    [IN] India
    [JP] Jepun
    [KR] Korea Selatan
    [NL] Belanda
    [SG] Singapura
    [US] Amerika Syarikat
   *[other] { $code }
}
sees-nothing = Tidak boleh melihat apa-apa
may-see = Boleh melihat
may-not-see = Tidak boleh melihat
open = { $count } soalan belum dijawab
open-text = Tiada apa-apa daripadanya diberikan sebelum anda menjawab.
until = Hingga
label-who = Siapa
label-what = Apa
label-purpose = Untuk apa
label-precision = Ketepatan
status-paused-until = Semuanya dijeda hingga { $when }
pause-while = Jeda untuk seketika
pause-hour = Selama sejam
pause-tomorrow = Hingga esok
paused-until = dijeda hingga { $when }
effect-pause-until = Tiada apa-apa daripadanya diberikan hingga { $when }. Selepas itu ia bersambung dengan sendirinya; anda boleh menyambungnya lebih awal pada bila-bila masa.
moment = { $date }, { $time }
paused-mark = dijeda

how-precise = Setepat mana?
how-long = Untuk berapa lama?
term-30 = 30 hari
term-90 = 90 hari
term-365 = setahun
limit-further = Tetapkan had yang lebih ketat (pilihan)
when-in-day = Pada waktu bila dalam sehari?
how-often = Berapa kerap?
label-hours = Pada waktu bila
label-often = Berapa kerap
hours-any = pada bila-bila masa
hours-between = antara { $from } dengan { $to }
quota-any = setiap kali diminta
quota-once = sekali sahaja
quota-life = { $count } kali kesemuanya
quota-hour = paling banyak { $count } kali sejam
quota-day = paling banyak { $count } kali sehari
quota-week = paling banyak { $count } kali seminggu
quota-month = paling banyak { $count } kali sebulan
allow = Benarkan
refuse = Jangan benarkan
choose-precision-and-term = Untuk membenarkannya, sila pilih ketepatan dan tempoh.
choose-precision = Untuk membenarkannya, sila pilih ketepatan.
choose-term = Untuk membenarkannya, sila pilih tempoh.
change-answer = Ubah jawapan saya
refused-on = Tidak anda benarkan pada { $date }
ended-on = Tamat pada { $date }
withdrawn = Telah anda tarik balik

notice = Bolehkah { $recipient } mengetahui { $what }? Maklumat ini akan digunakan { $purpose } dan diproses di { $country }. { $limit } Anda bebas untuk tidak membenarkannya, dan boleh mengubah jawapan anda di halaman ini pada bila-bila masa.
own-words = Dalam kata-kata { $recipient } sendiri: “{ $words }”

waiting-heading = Menunggu jawapan anda
waiting-asked = { $recipient } bertanya sama ada ia boleh melihat: { $what }.
waiting-written = Pada { $date } kakitangan kami mencatat bahawa anda membenarkan { $recipient } melihat: { $what }. Ia hanya berkuat kuasa apabila anda sendiri bersetuju di sini.
waiting-claimed = { $recipient } menyatakan bahawa pada { $date } anda bersetuju membenarkannya melihat: { $what }. Ia hanya berkuat kuasa apabila anda sendiri bersetuju di sini.
answer = Jawab

everything = semuanya
done-grant = Dibenarkan
done-refuse = Tidak dibenarkan
done-pause = Dijeda
done-resume = Disambung semula
done-withdraw = Ditarik balik
done-nothing = Tiada perubahan
effect-grant = Mulai sekarang maklumat ini boleh diberikan.
effect-refuse = Tiada apa-apa daripadanya diberikan, dan anda tidak akan ditanya lagi.
effect-pause = Mulai sekarang tiada apa-apa daripadanya diberikan. Anda boleh menyambungnya semula pada bila-bila masa.
effect-resume = Mulai sekarang maklumat ini boleh diberikan semula.
effect-withdraw = Mulai sekarang tiada apa-apa daripadanya diberikan.
effect-nothing = Memang sudah begitu.
again-text = Kebenaran yang ditarik balik tidak kembali dengan sendirinya: untuk membenarkannya lagi, anda perlu menjawab soalan itu semula.
back-to = Kembali ke { $recipient }
undo = Buat asal

receipts = Resit persetujuan anda
receipts-text = Semua yang pernah anda benarkan atau tidak benarkan, bersama teks yang ditunjukkan kepada anda. Buka satu resit untuk melihat apa yang berlaku seterusnya dan menyimpannya.
receipts-none = Belum ada resit. Satu resit dibuat setiap kali anda membenarkan atau tidak membenarkan sesuatu.
receipts-all = Semua resit
receipt-of = Resit: { $recipient }
receipt-signed = Resit bertandatangan (JWS)
receipt-json = Bersama bukti (JSON)
receipt-keep = Simpan resit
receipt-keep-text = Resit ini ditandatangani oleh pengendali anda. Sesiapa pun boleh menyemaknya kelak tanpa bertanya kepada kami. Anda juga boleh mencetak halaman ini.
what-you-read = Teks yang ditunjukkan kepada anda
what-was-done = Apa yang berlaku
label-state = Keadaan kini
state-unknown = belum diputuskan
state-requested = ditanya, belum dijawab
state-request-deferred = akan dijawab kemudian
state-refused = tidak dibenarkan
state-given = dibenarkan
state-expired = tempohnya sudah tamat
state-withdrawn = anda tarik balik
state-revoked = ditamatkan oleh pengendali anda
state-invalidated = diisytiharkan tidak sah
state-renewed = dibenarkan, dilanjutkan
state-paused = dijeda
state-superseded = diganti oleh jawapan kemudian
act-grant = Dibenarkan
act-refuse = Tidak dibenarkan
act-pause = Dijeda
act-resume = Disambung semula
act-withdraw = Ditarik balik
act-request = Ditanya
act-capture = Dicatat, belum disahkan
act-defer = Ditangguhkan
act-revoke = Ditamatkan
act-invalidate = Diisytiharkan tidak sah
act-renew = Dilanjutkan
act-supersede = Diganti
by-subscriber = oleh anda
by-guardian = oleh penjaga anda
by-delegate = oleh wakil anda
by-staff = oleh kakitangan, atas permintaan anda
by-operator = oleh pengendali anda
by-authority = oleh pihak berkuasa
by-recipient = oleh pembantu, bagi pihak anda

later = Tanya saya kemudian
put-off = Anda menangguhkan jawapan ini. Anda tidak akan ditanya lagi sebelum { $date }; anda boleh menjawab di sini pada bila-bila masa.
waiting-guardian = Pada { $date } anda bersetuju dengan { $recipient }: { $what }. Ia hanya berkuat kuasa apabila penjaga anda turut bersetuju.
waiting-child = Pada { $date } anak anda bersetuju dengan { $recipient }: { $what }. Ia hanya berkuat kuasa apabila anda bersetuju.
paused-by-guardian = dijeda oleh penjaga anda
label-by = Siapa yang memutuskan
done-capture = Penjaga anda akan ditanya
done-defer = Ditangguhkan
done-renew = Dilanjutkan
effect-capture = Belum ada apa-apa yang diberikan. Persetujuan anda hanya berkuat kuasa apabila penjaga anda turut bersetuju.
effect-defer = Tiada apa-apa daripadanya diberikan sebelum anda menjawab.
effect-renew = Ia berterusan hingga tarikh baharu. Anda masih boleh menghentikannya pada bila-bila masa.
notice-child = { $recipient } ingin tahu { $what }. Ia mahu menggunakannya { $purpose }. Komputernya berada di { $country }. { $limit } Anda boleh berkata tidak, dan tiada perkara buruk akan berlaku. Jika anda berkata ya, penjaga anda juga mesti berkata ya. Anda boleh mengubah fikiran pada bila-bila masa.
child-home = Rangkaian telefon tahu lebih kurang di mana anda berada dan apa yang anda suka. Di sini anda boleh lihat siapa yang boleh mengetahuinya. Anda boleh berkata tidak atau menjeda pada bila-bila masa. Untuk berkata ya, penjaga anda juga mesti berkata ya.
family = Keluarga dan pembantu
family-text = Setiap orang disebut mengikut hubungannya dengan anda. Tiada nombor telefon dipaparkan di sini.
family-none = Tiada sesiapa bertindak bagi pihak anda, dan anda tidak bertindak bagi pihak sesiapa. Jika ini perlu diubah, tanya pengendali anda.
family-for = Bagi pihak siapa anda boleh bertindak
family-by = Siapa boleh bertindak bagi pihak anda
family-child = Anak anda, sejak { $date }
family-ward = Orang yang mahkamah letakkan di bawah jagaan anda, sejak { $date }
family-asked = Orang yang melantik anda sebagai wakil, sejak { $date }
family-line = Orang yang menggunakan talian dalam kontrak anda, sejak { $date }
family-guardian = Penjaga anda, sejak { $date }
family-delegate = Wakil yang anda lantik, sejak { $date }
family-owner = Pemegang kontrak talian anda, sejak { $date }
family-until = Hingga { $date }
family-may-all = Boleh melihat halaman, membenarkan, menolak, menjeda dan menamatkan.
family-may-allow = Boleh membenarkan, menolak, menjeda dan menamatkan.
family-may-stop = Boleh menolak, menjeda dan menamatkan, tetapi tidak boleh membenarkan.
family-may-forbid = Boleh melarang sesuatu pada talian ini, tetapi tidak boleh membenarkan dan tidak boleh melihat.
family-every = Semua pembantu AI
family-forbids = { $recipient }: { $what }, dilarang
family-forbids-finer = { $recipient }: { $what }, paling halus { $precision }
family-waits = Anak anda menunggu kata putus anda tentang { $count } soalan.
family-enter = Buka halaman ini
notices = Bila anda diberitahu
notices-text = Setiap kali pembantu menerima sesuatu tentang anda, satu mesej boleh sampai kepada anda: siapa, jenis maklumat apa, untuk apa dan bila. Tempat anda berada tidak pernah tertulis di dalamnya.
notices-law = Undang-undang di negara anda menghendaki anda diberitahu setiap kali. Diberitahu dengan lebih jarang ialah pilihan anda sendiri; tiada apa-apa ditangguhkan lebih daripada 30 hari.
notices-silent = Mesej belum disediakan di sini. Sehingga itu, halaman ini sahaja menunjukkan siapa menerima apa.
notices-often = Berapa kerap
notices-every = setiap kali
notices-times = dikumpulkan, selepas { $count } kali
notices-days = dikumpulkan, dalam masa { $count } hari
notices-off = tidak langsung
notices-note = Jika anda memilih bilangan kali, baki diberitahu dalam masa 30 hari.
notices-quiet = Waktu senyap
notices-no-quiet = tiada waktu senyap
notices-save = Simpan pilihan ini
acting-child = Anda bertindak bagi pihak anak anda, seperti yang dibenarkan sejak { $date }. Pada halaman ini, “anda” bermaksud anak anda.
acting-ward = Anda bertindak bagi pihak orang jagaan anda, seperti yang dibenarkan sejak { $date }. Pada halaman ini, “anda” bermaksud orang itu.
acting-back = Kembali ke halaman saya
ends-heading = Akan tamat
ends-on = { $recipient }: { $what }. Tamat pada { $date }.
ends-look = Lihat
ends-by-itself = Tamat dengan sendirinya pada { $date }. Anda tidak perlu berbuat apa-apa.
let-end = Biarkan tamat
renew = Lanjutkan hingga { $date }
help = Bantuan dan aduan
help-wrong = Jika ada yang tidak kena
help-pause = Jeda dahulu. Tiada lagi apa-apa yang diberikan sementara anda menyemaknya.
help-note = Cari permintaan itu di “Siapa meminta apa” dan catat hari, masa dan siapa yang bertanya. Resit anda menunjukkan apa yang telah anda benarkan.
help-ask = Maklumkan kepada pegawai perlindungan data pengendali anda. Pengendali anda tidak menyatakan alamatnya di sini; khidmat pelanggan mesti memberitahu anda. Jawapan perlu diberikan selewat-lewatnya dalam sebulan.
help-authority = Jika anda tidak berpuas hati dengan jawapan itu, adukan kepada { $authority }, { $place }. Ini percuma.
help-words = Maksud perkataan
word-assistant = Pembantu
means-assistant = Program syarikat lain yang menjawab anda dan boleh meminta petunjuk tentang anda daripada pengendali anda.
word-permission = Kebenaran
means-permission = Persetujuan anda kepada satu pembantu, untuk satu tujuan dan satu jenis maklumat, hingga hari yang anda pilih.
word-pause = Jeda
means-pause = Tiada apa-apa yang diberikan sehingga anda menyambungnya semula. Kebenaran kekal.
word-withdraw = Tarik balik
means-withdraw = Kebenaran tamat untuk selama-lamanya, dan pembantu diminta memadamkan apa yang diperoleh daripadanya.
word-receipt = Resit
means-receipt = Bukti bertandatangan tentang apa yang ditunjukkan kepada anda dan apa yang anda jawab.
help-about = Adukan permintaan ini
help-request = Permintaan yang anda maksudkan
help-when = Bila
help-number = Nombor resit permintaan
help-quote = Nyatakan butiran di atas supaya pengendali anda dapat mencari permintaan ini. Resit anda menunjukkan apa yang telah anda benarkan.
help-officer = Maklumkan kepada pegawai perlindungan data pengendali anda, { $officer }: { $address }. Jawapan perlu diberikan selewat-lewatnya dalam sebulan.
elsewhere = Di negara lain
elsewhere-text = Pengendali anda sebahagian daripada satu kumpulan. Setiap pengendali menyimpan sendiri apa yang diketahuinya. Tiada apa-apa tentang anda dipindahkan antara mereka.
elsewhere-here = Pengendali anda
elsewhere-holds-here = Menyimpan kebenaran anda, resit anda dan apa yang diketahui tentang anda. Semuanya boleh anda lihat di halaman ini.
elsewhere-holds-there = Tidak menerima apa-apa dari sini. Jika ia sendiri menyimpan sesuatu tentang anda, ia sendiri yang menunjukkannya.
elsewhere-ask-there = Lihat halamannya
elsewhere-permissions = Apa nilai kebenaran anda di sana
elsewhere-here-only = Apa yang anda benarkan di sini berlaku di sini sahaja. Tiada sesiapa boleh bertanya kepada pengendali lain tentang anda kerananya.
elsewhere-asked-again = Walaupun pengendali lain mengiktiraf persetujuan anda, ia mesti bertanya sekali lagi. Anda boleh menolak di sana, dan di sini tiada apa-apa berubah.
elsewhere-end-each = Apa yang anda jeda atau tamatkan di sini tidak menamatkan apa yang anda benarkan di sana. Tamatkan di sana juga.
elsewhere-abroad = Semasa anda di luar negara
abroad-learns = Pengendali anda tahu di mana anda berada melalui stesen pangkalannya sendiri sahaja. Semasa rangkaian lain melayani anda, ia hanya mengetahui negara rangkaian itu, dan tidak mengetahui tempat baharu.
abroad-told = Apa yang sudah diketahui, seperti minat anda, masih boleh diberitahu kepada pembantu yang anda benarkan. Anda boleh menjeda dan menamatkan dari mana-mana.
abroad-country = Di negara mana anda berada hanya diberitahu kepada pembantu yang anda benarkan untuk mengetahui perkara itu, dan hanya jika cukup ramai orang lain berada di negara itu.

data = Apa yang disimpan tentang anda
data-nothing = Tiada apa-apa diketahui tentang kehidupan anda sekarang.
data-text = Panggilan, mesej, alamat, nama aplikasi dan laman web tidak disimpan, begitu juga di mana anda berada dan bila. Maklumat daripada rangkaian telefon diringkaskan ke dalam beberapa angka ini lalu dibuang. Angka itu pudar separuh setiap dua hingga empat minggu.
data-places = Tempat anda berada
data-places-text = { $count ->
    [0] tiada
   *[other] { $count }, { $named } daripadanya dikenal sebagai rumah, tempat kerja atau tempat yang kerap dikunjungi
}
data-nights = Malam yang dilihat kembali
data-nights-text = { $count } daripada 28 yang terakhir
data-apps = Topik aplikasi anda
data-web = Topik laman web anda
data-country = Negara rangkaian anda
data-left = Baki data mudah alih
data-not-known = tidak diketahui
data-no-topics = tiada
data-and = {"; "}
data-latest = Kali terakhir dikemas kini
data-file = Muat turun semuanya
data-erase = Padam
wrong-heading = Ada yang salah?
wrong-text = Apa yang anda kata salah akan dibuang serta-merta. Selepas itu ia dikenal pasti semula daripada maklumat rangkaian telefon anda.
wrong = Ini salah
erase-heading = Padam apa yang diketahui tentang anda?
erase-all = Tempat, tabiat dan minat anda dipadam serta-merta.
erase-final = Ini tidak boleh dibatalkan, sama ada oleh anda atau oleh sesiapa pun.
erase-told = Apa yang sudah diberitahu kepada pembantu AI tidak ditarik semula dengan cara ini. Tarik balik kebenaran, dan mereka akan diminta memadamnya.
erase-anew = Kebenaran anda kekal. Selagi anda membenarkan sesuatu, pembelajaran bermula semula dari sekarang.
erase-kept = Resit anda dan senarai siapa meminta apa kekal, supaya anda masih boleh membuktikan apa yang berlaku.
erase-stranger = Jadikan saya orang asing kepada semua pembantu AI: nama yang mereka ada untuk saya tidak berfungsi lagi, dan pengendali perlu menyambungkannya semula.
erase-button = Padam buat selamanya
erase-instead = Jika anda hanya mahu tiada apa-apa diberikan buat masa ini, jeda sudah memadai. Anda boleh membatalkannya pada bila-bila masa.
erase-back = Kembali, jangan padam
erased-heading = Dipadam
erased-text = Tiada apa-apa lagi diketahui tentang kehidupan anda.
erased-anew = Tiada apa-apa lagi diketahui tentang kehidupan anda. Oleh sebab anda masih membenarkan sesuatu, pembelajaran bermula semula; jeda atau tarik balik untuk menghentikannya.

preview = Apa yang akan dilihat oleh { $recipient }
preview-now = Jika semuanya diminta sekarang, mengikut kebenaran anda:
preview-if = Jika anda membenarkan “{ $what }”, inilah yang akan diberitahu sekarang, daripada kasar hingga tepat:
preview-nothing = Tiada apa-apa, kerana { $reason }.
preview-json = Jawapan sebenar (JSON)
preview-text = Dibuat mengikut peraturan yang sama dengan jawapan sebenar. Tiada sesiapa diberitahu apa-apa, dan tiada apa-apa dikira.
preview-question = Lihat apa yang akan diberitahu

guess-heading = Apa yang boleh disimpulkan daripadanya
guess-found = { $place }: kawasan yang sama untuk kira-kira { $share }% daripada masa. Anda boleh dikesan dalam lingkungan { $km } km.
guess-hidden = { $place }: apa yang diberitahu tidak menunjuk ke situ.
guess-basis = { $nights ->
    [0] Masih terlalu sedikit yang diketahui tentang hari-hari anda untuk menyatakan apa yang boleh disimpulkan.
   *[other] Dikira daripada { $nights } malam yang diketahui dalam 28 malam terakhir, yang lebih baharu lebih berat, seolah-olah ia bertanya setiap jam dan sentiasa dijawab setepat ini. Rumah dikira daripada waktu malam, atau pagi dan petang jika tiada apa-apa diberitahu pada waktu malam; tempat kerja daripada hari bekerja dari 9 hingga 17. Ia mungkin tahu lebih banyak daripada sumber lain.
}

never = Apa yang tidak pernah anda kongsi
never-text = Walau apa pun yang anda benarkan: tiada sesiapa diberitahu di mana anda berada atau ke mana anda pergi selagi ia melibatkan salah satu tempat ini, dan tiada sesiapa diberitahu apa-apa pada waktu ini. Yang bertanya mendapat jawapan yang sama seperti apabila tiada apa-apa diketahui.
never-always = Hospital, rumah ibadat, rumah perlindungan, sekolah, penjara dan tempat sensitif lain yang diketahui oleh pengendali anda tidak pernah dikongsi dengan sesiapa. Anda tidak perlu berbuat apa-apa untuk itu.
never-kinds = Rumah dan tempat kerja
never-hours = Waktu dalam sehari
never-places = Di mana anda sering berada
never-none = Belum ada tempat anda yang diketahui.
never-mark = Jangan kongsi
never-unmark = Kongsi seperti dahulu
never-area = { $count ->
    [0] Anda menandakan kawasan ini dahulu; kini tiada tempat anda di dalamnya yang diketahui.
   *[other] { $count } tempat anda; singgah pada { $days } daripada 28 hari terakhir.
}
never-through = Tidak pernah dikongsi, kerana anda tidak pernah berkongsi “{ $place }”.
never-unsettled = Masih terlalu sedikit malam yang diketahui untuk menyatakan di mana tempat itu. Sehingga itu tiada tempat anda dikongsi langsung.
never-from = Dari
never-to = Hingga
never-choose = sila pilih
never-hours-mark = Jangan kongsi pada waktu ini
never-hours-fault = Sila pilih dua waktu yang berbeza.
never-note = Sesuatu tempat dirahsiakan bersama kawasan di sekelilingnya, supaya ruang kosong itu tidak menunjuk ke pintunya. Yang kerap bertanya mungkin masih perasan bila tiada jawapan, dan meneka sebabnya.
never-erased = Kawasan yang tidak pernah anda kongsi turut dilupakan. Tetapan untuk tidak berkongsi rumah, tempat kerja atau waktu tertentu kekal.

place-home = Rumah
place-work = Tempat kerja
place-frequent = Tempat yang sering anda pergi
place-other = Tempat yang pernah anda pergi
reason-never-place = anda tidak pernah berkongsi tempat ini
reason-never-hours = anda tidak pernah berkongsi apa-apa pada waktu ini
more-pages = Halaman lain
asked-heading = Siapa meminta apa
learnt = Yang diketahui dalam tujuh hari lalu
learnt-facts = Fakta baharu tentang anda: { $facts }, antaranya kawasan: { $zones }. Kesemuanya bernilai paling banyak { $bits } jawapan ya atau tidak.
learnt-fewest = Pada setiap hari itu, sekurang-kurangnya { $people } orang sepadan dengan segala yang diberitahu pada hari tersebut kepada sesiapa.
learnt-counted = Hari anda dikira antara ramai orang, paling banyak: { $days }. Angka yang sudah dibuat kekal walaupun anda berhenti.
asked-none = Belum ada permintaan.
asked-all = Semua permintaan
asked-by = Apa yang diminta oleh { $recipient }
asked-only = Tunjukkan permintaan
asked-everyone = Semua
newest = Terbaharu
earlier = Lebih awal
times = { $count } kali, kali terakhir pada { $time }
told = { $what }: { $precision }
not-told = { $what }: tidak diberikan, kerana { $reason }
left-out = { $what }: tidak diberikan, kerana tiada ruang dalam jawapan
today = Hari ini
yesterday = Semalam
date = { $day } { $month } { $year }
day = { $weekday }, { $date }

month-1 = Januari
month-2 = Februari
month-3 = Mac
month-4 = April
month-5 = Mei
month-6 = Jun
month-7 = Julai
month-8 = Ogos
month-9 = September
month-10 = Oktober
month-11 = November
month-12 = Disember
weekday-1 = Isnin
weekday-2 = Selasa
weekday-3 = Rabu
weekday-4 = Khamis
weekday-5 = Jumaat
weekday-6 = Sabtu
weekday-7 = Ahad

category-location-zone = Di mana anda berada
category-location-label = Sama ada anda di rumah atau di tempat kerja
category-location-verify = Sama ada anda berada dekat tempat yang dinamakan
category-location-frequent_area = Berapa banyak masa anda dekat tempat yang dinamakan
category-mobility-next_place = Ke mana anda mungkin pergi nanti
category-mobility-routine = Sama ada hari anda berjalan seperti biasa
category-usage-interest = Minat anda menurut aplikasi
category-web-interest = Minat anda menurut laman web
category-account-roaming_country = Negara tempat telefon anda berada
category-account-data_volume = Baki data mudah alih anda
category-aggregate-population = Mengira anda antara ramai orang

what-location-zone = kawasan tempat anda berada
what-location-label = sama ada anda di rumah, di tempat kerja, di tempat yang kerap anda lawati, atau di tempat lain
what-location-verify = sama ada telefon anda berada dalam lingkungan 5, 10, 20 atau 50 km dari tempat yang dinamakan
what-location-frequent_area = kira-kira berapa banyak masa anda berada dalam lingkungan 5, 10, 20 atau 50 km dari tempat yang dinamakan
what-mobility-next_place = ke mana anda mungkin pergi selepas ini
what-mobility-routine = sama ada anda berada di tempat yang biasa pada waktu ini, dan lebih kurang bila anda biasanya bergerak dari situ
what-usage-interest = topik aplikasi yang paling kerap anda gunakan
what-web-interest = topik laman web yang paling kerap anda layari
what-account-roaming_country = di negara mana telefon anda bersambung dengan rangkaian
what-account-data_volume = kira-kira berapa baki data mudah alih anda: bawah 200 MiB, bawah 1 GiB, bawah 5 GiB, atau lebih
what-aggregate-population = berapa ramai orang mula-mula dikesan di setiap daerah dalam sehari, dengan anda antara yang dikira

limit-location-zone = Kedudukan tepat anda tidak sekali-kali diberikan.
limit-location-label = Lokasi tempat itu tidak didedahkan.
limit-location-verify = Hanya ya atau tidak yang diberikan, paling banyak lima kali sehari, dan jaraknya tidak sekali-kali didedahkan.
limit-location-frequent_area = Hanya satu daripada lima peringkat yang diberikan, tentang paling banyak tiga tempat seminggu, dan alamat tidak sekali-kali didedahkan. Tentang kawasan yang kurang penghuni tiada apa-apa yang diberikan.
limit-mobility-next_place = Alamat tidak sekali-kali diberikan.
limit-mobility-routine = Di mana anda berada dan ke mana anda pergi tidak didedahkan.
limit-usage-interest = Nama aplikasi tidak sekali-kali diberikan.
limit-web-interest = Nama laman web tidak sekali-kali diberikan.
limit-account-roaming_country = Di mana anda berada dalam negara itu tidak sekali-kali didedahkan, dan tiada apa-apa diberikan jika hanya sedikit orang lain berada di negara yang sama.
limit-account-data_volume = Jumlah tepat dan bila anda menggunakannya tidak sekali-kali diberikan.
limit-aggregate-population = Hanya angka yang dibundarkan, masing-masing kira-kira 50 orang atau lebih, diberikan dan tiada apa-apa tentang anda seorang. Semua pihak yang boleh mendapat angka ini menerima angka yang sama. Jika anda berhenti, anda tidak dikira dalam angka baharu; angka yang sudah dibuat kekal.

purpose-ProvidePersonalisedRecommendations = untuk mencadangkan perkara yang sesuai dengan anda
purpose-ProvideEventRecommendations = untuk mencadangkan acara kepada anda
purpose-ServicePersonalisation = untuk menyesuaikan perkhidmatan dengan anda
purpose-PersonalisedAdvertising = untuk memaparkan iklan yang dipilih khas untuk anda
purpose-FraudPreventionAndDetection = untuk melindungi anda daripada penipuan
purpose-ResearchAndDevelopment = untuk penyelidikan dan pembangunan

precision-label = satu perkataan sahaja
precision-country = negara sahaja
precision-region = sebahagian negara, kira-kira 12,400 km²
precision-city = bandar dan sekitarnya, kira-kira 1,770 km²
precision-zone-r5 = sebahagian bandar besar, kira-kira 253 km² (lebar 17 km)
precision-zone-r6 = satu daerah bandar, kira-kira 36 km² (lebar 6 km)
precision-zone-r7 = satu kawasan kejiranan, kira-kira 5 km² (lebar 2 km)

reason-not-granted = anda tidak membenarkannya
reason-expired = kebenaran anda telah tamat
reason-purpose-mismatch = anda membenarkannya untuk tujuan lain
reason-assurance-too-low = pembantu AI itu tidak membuktikan identitinya dengan secukupnya
reason-paused = anda telah menjedanya
reason-crowd-too-small = terlalu sedikit orang berada di tempat yang sama pada masa yang sama
reason-sensitive-place = tempat itu sensitif
reason-minor = anda di bawah umur dan tiada penjaga yang membenarkannya
reason-no-data = tiada apa-apa yang diketahui
reason-unknown-subject = pembantu AI itu menggunakan nama yang bukan milik sesiapa
reason-residency = undang-undang mengekalkan data ini di dalam negara
reason-not-permitted = peraturan tidak membenarkannya
reason-ceiling-too-low = kontrak atau tujuannya tidak meliputi sejauh itu
reason-budget-spent = sudah cukup banyak yang diberikan
reason-outside-hours = ini di luar waktu yang dibenarkan
reason-quota-spent = bilangan jawapan yang dibenarkan sudah habis digunakan
reason-lapsed = orang yang membenarkannya bagi pihak anda tidak lagi mewakili anda
reason-blocked = pemegang kontrak tidak mahu perkara ini pada talian ini
