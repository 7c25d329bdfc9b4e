# Deutsch. Anrede mit Sie; ganze Sätze.

title = Ihre Daten und KI-Assistenten
languages = Sprache
leave = Seite verlassen
back = Zu Ihrer Seite

exit = Schnell weg
away = Diese Seite ist leer
enter-heading = Ihre eigene Seite
enter-text = Hier sehen Sie, was KI-Assistenten aus Ihrem Mobilfunknetz über Sie erfahren dürfen, und entscheiden darüber.
enter-button = Meine Seite öffnen
enter-once = Der Link gilt einmal und 15 Minuten lang.

code-heading = Noch ein Schritt
code-text = Wir haben Ihnen auf einem anderen Weg einen sechsstelligen Code geschickt. Er gilt 10 Minuten lang.
code-label = Ihr Code
code-wrong = Das ist nicht der Code. { $left ->
    [one] Sie haben noch einen Versuch.
   *[other] Sie haben noch { $left } Versuche.
}
lost-heading = Diese Anfrage ist vorbei
lost-text = Ein Assistent wollte mit Ihnen verknüpft werden. Das ist schon beantwortet oder zu lange her. Durch das Öffnen dieser Seite hat sich nichts geändert: Beginnen Sie beim Assistenten neu.
kept-heading = Ihre Seite war schon geschlossen
kept-text = Es wurde nichts entschieden. Was Sie gewählt haben, bleibt eine Stunde lang auf diesem Gerät: Öffnen Sie Ihre Seite neu und antworten Sie dort.
kept-again = Das hatten Sie gewählt, bevor sich Ihre Seite schloss. Entschieden ist noch nichts: bitte antworten Sie.
stranger-heading = Diese Anmeldung öffnet keine Seite
stranger-text = Es wurde nichts geändert. Versuchen Sie es noch einmal, oder bitten Sie Ihren Anbieter um einen Link.
login = Bei Ihrem Anbieter anmelden
login-heading = Sie sind angemeldet
login-text = Ihre Seite ist auf diesem Gerät offen, bis Sie sie verlassen oder 15 Minuten lang nicht da sind.
link-heading = { $recipient } möchte mit Ihnen verknüpft werden
link-text = { $recipient } kennt Sie dann unter einem Namen, den sonst niemand für Sie hat, nie unter Ihrer Nummer. Es erfährt nur, was Sie erlauben, und das können Sie auf Ihrer Seite jederzeit beenden.
link-asks = Gefragt wird nach
link-before = Sie entscheiden auf der nächsten Seite. Ist Ihre Seite auf diesem Gerät noch nicht offen, melden Sie sich an oder öffnen Sie hier einen Link Ihres Anbieters: Sie kommen dann zu dieser Frage zurück.
link-go = Weiter
link-allow = Verknüpfen
link-refuse = Nicht verknüpfen
link-back = So oder so geht es zurück zu { $host }. Dort erfährt man nur, ob Sie verknüpft sind.
link-nothing = Noch erlauben Sie nichts davon. Bitte antworten Sie oben zuerst auf eine Frage mit Ja, oder verknüpfen Sie nicht.
capture-heading = { $recipient } bittet um Ihre Einwilligung
capture-text = Sie beantworten jede Frage für sich. Was Sie nicht beantworten, bleibt, wie es ist.
capture-back = Danach kommen Sie zurück zu { $host }; dort erfährt man, wie viel davon Sie erlauben.
linked = Verknüpfte Assistenten
linked-text = Jeder kennt Sie unter einem Namen, den sonst niemand für Sie hat. Beenden Sie eine Verknüpfung, kann er von da an nichts mehr abfragen; was Sie erlaubt haben, bleibt so, bis Sie es ändern.
linked-none = Kein Assistent ist mit Ihnen verknüpft.
linked-since = Verknüpft seit dem { $date }
linked-used = Zuletzt benutzt: { $when }
linked-unused = Noch nicht benutzt
linked-ended = Beendet: { $when }
linked-end = Verknüpfung beenden
linkcode-way = Mit einem Code verknüpfen: { $purpose }
linkcode-heading = { $recipient } mit einem Code verknüpfen
linkcode-text = Für Fernseher, Auto oder Lautsprecher ohne Browser: Sie sehen hier einen Code und sagen oder tippen ihn dort. { $recipient } kennt Sie dann unter einem Namen, den sonst niemand für Sie hat, nie unter Ihrer Nummer.
linkcode-once = Der Code gilt nur für { $recipient }, einmal und 10 Minuten lang.
linkcode-show = Code zeigen
linkcode-nothing = Noch erlauben Sie nichts davon. Bitte antworten Sie oben zuerst auf eine Frage mit Ja.
linkcode-yours = Ihr Code für { $recipient }
linkcode-until = Sagen oder tippen Sie ihn in { $recipient }. Er gilt bis { $time } und nur einmal.
linkcode-warning = Geben Sie ihn sonst niemandem, und nie jemandem, der Sie anruft oder anschreibt.
request-way = { $recipient } möchte mit Ihnen verknüpft werden. Wenn Sie das dort nicht gerade selbst begonnen haben, verknüpfen Sie nicht.
request-message = { $recipient } sollte Ihnen dieselben Worte zeigen:
request-until = Sie können bis { $time } antworten. Tun Sie es nicht, geschieht nichts.
pin = PIN und Geräte
pin-heading = Ihre Seite schützen
pin-text = Mit einer PIN sieht niemand, der Ihr Telefon in der Hand hält, wer nach Ihnen gefragt hat, was über Sie bekannt ist oder Ihre Belege. Zum Anhalten und Widerrufen wird sie nie verlangt.
pin-label = Ihre PIN
pin-old = Bisherige PIN
pin-new = Neue PIN, sechs Ziffern
pin-again = Neue PIN noch einmal
pin-save = PIN speichern
pin-remove = PIN entfernen
pin-say-heading = Geben Sie Ihre PIN ein
pin-say-text = Davor steht Ihre PIN. Anhalten und widerrufen können Sie ohne sie.
pin-say-button = Öffnen
pin-wrong = Das ist nicht Ihre PIN. { $left ->
    [one] Sie haben noch einen Versuch.
   *[other] Sie haben noch { $left } Versuche.
}
pin-locked = Zu viele falsche Versuche. Der nächste ist möglich: { $when }.
pin-differ = Die beiden neuen PINs sind verschieden.
pin-weak = Bitte wählen Sie sechs Ziffern, die nicht alle gleich sind und nicht der Reihe nach kommen.
pin-forgotten = Vergessen? Öffnen Sie Ihre Seite neu, über die Anmeldung bei Ihrem Anbieter oder mit Link und Code. Danach können Sie 10 Minuten lang eine andere PIN setzen.
pin-closed = PIN eingeben, um zu sehen, wer gefragt hat
everywhere = Überall schließen
everywhere-text = Schließt Ihre Seite auf allen Geräten, auf denen sie offen ist, auch auf diesem.

dead-heading = Dieser Link gilt nicht mehr
dead-text = Ein Link öffnet Ihre Seite einmal und 15 Minuten lang. Bitten Sie Ihren Anbieter um einen neuen.
ended-heading = Ihre Seite ist geschlossen
ended-text = Zu Ihrem Schutz schließt sie sich, wenn Sie 15 Minuten lang nicht da sind, und nach 4 Stunden. Bitten Sie Ihren Anbieter um einen neuen Link.
foreign-heading = Das kam nicht von Ihrer Seite
foreign-text = Es hat sich nichts geändert. Öffnen Sie Ihre Seite und versuchen Sie es noch einmal.
odd-heading = Das war nicht zu verstehen
odd-text = Es hat sich nichts geändert. Öffnen Sie Ihre Seite und versuchen Sie es noch einmal.
stale-heading = Der Text hat sich inzwischen geändert
stale-text = Ihre Antwort wurde nicht festgehalten, weil der Text, den Sie gelesen haben, nicht mehr der gültige ist. Bitte lesen Sie ihn noch einmal.
missing-heading = Hier ist nichts
missing-text = Vielleicht wurde die Adresse nicht vollständig kopiert.
busy-heading = Im Augenblick nicht möglich
busy-text = Bitte versuchen Sie es gleich noch einmal. Ihre Seite zeigt immer, was gerade gilt.

status = { $count ->
    [0] Niemand darf etwas über Sie erfahren
    [one] Ein Assistent darf etwas über Sie erfahren
   *[other] { $count } Assistenten dürfen etwas über Sie erfahren
}
status-paused = Alles ist angehalten
pause = Anhalten
resume = Fortsetzen
withdraw = Widerrufen
pause-all = Alles anhalten
resume-all = Alles fortsetzen
withdraw-all = Alles widerrufen
withdraw-all-text = Alle Ihre Erlaubnisse enden sofort und endgültig. Wenn Sie später wieder etwas erlauben möchten, antworten Sie neu.
pause-recipient = { $recipient } anhalten
resume-recipient = { $recipient } fortsetzen
withdraw-recipient = Alles für { $recipient } widerrufen
withdraw-recipient-text = Alle Erlaubnisse für { $recipient } enden sofort und endgültig. Wenn Sie später wieder etwas erlauben möchten, antworten Sie neu.

processes-in = Verarbeitet Daten in { $country }
country = { $code ->
    [AE] den Vereinigten Arabischen Emiraten
    [CA] Kanada
    [CN] China
    [DE] Deutschland
    [FR] Frankreich
    [GB] Großbritannien
    [IE] Irland
    [IN] Indien
    [JP] Japan
    [KR] Korea
    [NL] den Niederlanden
    [SG] Singapur
    [US] den USA
   *[other] { $code }
}
sees-nothing = Darf nichts erfahren
may-see = Darf erfahren
may-not-see = Darf nicht erfahren
open = { $count ->
    [one] Eine offene Frage
   *[other] { $count } offene Fragen
}
open-text = Bevor Sie antworten, wird nichts davon weitergegeben.
until = Bis
label-who = Wer
label-what = Was
label-purpose = Wozu
label-precision = Wie genau
status-paused-until = Alles ist angehalten bis { $when }
pause-while = Eine Zeit lang anhalten
pause-hour = Für eine Stunde
pause-tomorrow = Bis morgen
paused-until = angehalten bis { $when }
effect-pause-until = Bis { $when } wird nichts davon weitergegeben. Danach geht es von selbst weiter; Sie können es jederzeit vorher fortsetzen.
moment = { $date }, { $time } Uhr
paused-mark = angehalten

how-precise = Wie genau?
how-long = Wie lange?
term-30 = 30 Tage
term-90 = 90 Tage
term-365 = ein Jahr
limit-further = Enger begrenzen (freiwillig)
when-in-day = Zu welcher Tageszeit?
how-often = Wie oft?
label-hours = Zu welcher Zeit
label-often = Wie oft
hours-any = zu jeder Zeit
hours-between = zwischen { $from } und { $to } Uhr
quota-any = so oft gefragt wird
quota-once = nur ein einziges Mal
quota-life = { $count ->
    [one] insgesamt einmal
   *[other] insgesamt { $count }-mal
}
quota-hour = { $count ->
    [one] höchstens einmal in der Stunde
   *[other] höchstens { $count }-mal in der Stunde
}
quota-day = { $count ->
    [one] höchstens einmal am Tag
   *[other] höchstens { $count }-mal am Tag
}
quota-week = { $count ->
    [one] höchstens einmal in der Woche
   *[other] höchstens { $count }-mal in der Woche
}
quota-month = { $count ->
    [one] höchstens einmal im Monat
   *[other] höchstens { $count }-mal im Monat
}
allow = Erlauben
refuse = Nicht erlauben
choose-precision-and-term = Um das zu erlauben, wählen Sie bitte, wie genau und wie lange.
choose-precision = Um das zu erlauben, wählen Sie bitte, wie genau.
choose-term = Um das zu erlauben, wählen Sie bitte, wie lange.
change-answer = Antwort ändern
refused-on = Von Ihnen abgelehnt am { $date }
ended-on = Beendet am { $date }
withdrawn = Von Ihnen widerrufen

notice = Darf { $recipient } erfahren, { $what }? { $recipient } würde das verwenden, { $purpose }, und in { $country } verarbeiten. { $limit } Sie können frei ablehnen und Ihre Antwort jederzeit auf dieser Seite ändern.
own-words = In eigenen Worten sagt { $recipient }: „{ $words }“

waiting-heading = Wartet auf Ihre Antwort
waiting-asked = { $recipient } fragt, ob es sehen darf: { $what }.
waiting-written = Am { $date } hat unser Personal notiert, dass Sie { $recipient } erlauben zu sehen: { $what }. Es gilt erst, wenn Sie hier selbst zustimmen.
waiting-claimed = { $recipient } gibt an, dass Sie ihm am { $date } erlaubt haben zu sehen: { $what }. Es gilt erst, wenn Sie hier selbst zustimmen.
answer = Antworten

everything = alles
done-grant = Erlaubt
done-refuse = Nicht erlaubt
done-pause = Angehalten
done-resume = Fortgesetzt
done-withdraw = Widerrufen
done-nothing = Es hat sich nichts geändert
effect-grant = Ab jetzt darf das weitergegeben werden.
effect-refuse = Nichts davon wird weitergegeben, und niemand fragt Sie noch einmal.
effect-pause = Ab jetzt wird nichts davon weitergegeben. Sie können es jederzeit fortsetzen.
effect-resume = Ab jetzt darf das wieder weitergegeben werden.
effect-withdraw = Ab jetzt wird nichts davon weitergegeben.
effect-nothing = Es war schon so.
again-text = Was widerrufen ist, kommt nicht von selbst zurück: Um es wieder zu erlauben, beantworten Sie die Frage neu.
back-to = Zurück zu { $recipient }
undo = Rückgängig machen

receipts = Ihre Belege
receipts-text = Alles, was Sie je erlaubt oder abgelehnt haben, mit dem Text, den Sie gesehen haben. Öffnen Sie einen Beleg, um zu sehen, was damit geschah, und um ihn aufzubewahren.
receipts-none = Es gibt noch keine Belege. Einer entsteht, sobald Sie etwas erlauben oder ablehnen.
receipts-all = Alle Belege
receipt-of = Beleg: { $recipient }
receipt-signed = Signierter Beleg (JWS)
receipt-json = Mit Nachweisen (JSON)
receipt-keep = Aufbewahren
receipt-keep-text = Ihr Anbieter hat den Beleg signiert. Jeder kann ihn später prüfen, ohne uns zu fragen. Sie können diese Seite auch drucken.
what-you-read = Was Ihnen gezeigt wurde
what-was-done = Was geschehen ist
label-state = Stand jetzt
state-unknown = nichts entschieden
state-requested = gefragt, nicht beantwortet
state-request-deferred = wird später beantwortet
state-refused = nicht erlaubt
state-given = erlaubt
state-expired = abgelaufen
state-withdrawn = von Ihnen widerrufen
state-revoked = von Ihrem Anbieter beendet
state-invalidated = für ungültig erklärt
state-renewed = erlaubt, verlängert
state-paused = angehalten
state-superseded = durch eine spätere Antwort ersetzt
act-grant = Erlaubt
act-refuse = Nicht erlaubt
act-pause = Angehalten
act-resume = Fortgesetzt
act-withdraw = Widerrufen
act-request = Gefragt
act-capture = Notiert, nicht bestätigt
act-defer = Aufgeschoben
act-revoke = Beendet
act-invalidate = Für ungültig erklärt
act-renew = Verlängert
act-supersede = Ersetzt
by-subscriber = von Ihnen
by-guardian = von der sorgeberechtigten Person
by-delegate = von der Person, die Sie beauftragt haben
by-staff = vom Personal, in Ihrem Auftrag
by-operator = von Ihrem Anbieter
by-authority = von einer Behörde
by-recipient = vom Assistenten, in Ihrem Namen

later = Später fragen
put-off = Sie haben das aufgeschoben. Vor dem { $date } werden Sie nicht wieder gefragt; antworten können Sie hier jederzeit.
waiting-guardian = Am { $date } haben Sie { $recipient } zugestimmt: { $what }. Das gilt erst, wenn auch Ihre sorgeberechtigte Person zustimmt.
waiting-child = Am { $date } hat Ihr Kind { $recipient } zugestimmt: { $what }. Das gilt erst, wenn Sie zustimmen.
paused-by-guardian = von der sorgeberechtigten Person angehalten
label-by = Wer es gesagt hat
done-capture = Ihre sorgeberechtigte Person wird gefragt
done-defer = Aufgeschoben
done-renew = Verlängert
effect-capture = Noch wird nichts weitergegeben. Ihr Ja gilt erst, wenn auch Ihre sorgeberechtigte Person zustimmt.
effect-defer = Nichts davon wird weitergegeben, bevor Sie antworten.
effect-renew = Es läuft bis zum neuen Datum weiter. Beenden können Sie es trotzdem jederzeit.
notice-child = { $recipient } möchte erfahren, { $what }. Es will das benutzen, { $purpose }. Die Computer dafür stehen in { $country }. { $limit } Sie dürfen Nein sagen, und es passiert nichts Schlimmes. Wenn Sie Ja sagen, muss auch Ihre sorgeberechtigte Person Ja sagen. Sie können es sich jederzeit anders überlegen.
child-home = Das Handynetz weiß ungefähr, wo Sie sind und was Sie mögen. Hier steht, wer das erfahren darf. Sie können jederzeit Nein sagen oder anhalten. Für ein Ja muss auch Ihre sorgeberechtigte Person Ja sagen.
family = Familie und Helfer
family-text = Jede Person steht hier mit dem, was sie für Sie ist. Telefonnummern stehen hier nicht.
family-none = Niemand handelt für Sie, und Sie handeln für niemanden. Soll sich das ändern, fragen Sie Ihren Anbieter.
family-for = Für wen Sie handeln dürfen
family-by = Wer für Sie handeln darf
family-child = Ihr Kind, seit dem { $date }
family-ward = Die Person, die ein Gericht Ihnen anvertraut hat, seit dem { $date }
family-asked = Jemand, der Sie beauftragt hat, seit dem { $date }
family-line = Jemand, der einen Anschluss Ihres Vertrags nutzt, seit dem { $date }
family-guardian = Ihre sorgeberechtigte Person, seit dem { $date }
family-delegate = Jemand, den Sie beauftragt haben, seit dem { $date }
family-owner = Wem der Vertrag Ihres Anschlusses gehört, seit dem { $date }
family-until = Bis zum { $date }
family-may-all = Darf die Seiten ansehen, erlauben, ablehnen, anhalten und beenden.
family-may-allow = Darf erlauben, ablehnen, anhalten und beenden.
family-may-stop = Darf ablehnen, anhalten und beenden, aber nie erlauben.
family-may-forbid = Darf auf diesem Anschluss etwas verbieten, aber nie etwas erlauben und nie etwas ansehen.
family-every = Alle Assistenten
family-forbids = { $recipient }: { $what } ist verboten
family-forbids-finer = { $recipient }: { $what }, höchstens { $precision }
family-waits = { $count ->
    [one] Ihr Kind wartet bei einer Frage auf Ihr Wort.
   *[other] Ihr Kind wartet bei { $count } Fragen auf Ihr Wort.
}
family-enter = Diese Seiten öffnen
notices = Wann Sie Bescheid bekommen
notices-text = Jedes Mal, wenn ein Assistent etwas über Sie erhält, kann Sie eine Nachricht erreichen: wer es war, welche Art von Angabe, wofür und wann. Wo Sie waren, steht nie darin.
notices-law = Das Gesetz in Ihrem Land verlangt, dass Sie jedes Mal Bescheid bekommen.
notices-law-together = Seltener Bescheid zu bekommen ist Ihre eigene Wahl; nichts wartet länger als 30 Tage.
notices-silent = Nachrichten sind hier noch nicht eingerichtet. Bis dahin zeigen nur diese Seiten, wer was erhalten hat.
notices-often = Wie oft
notices-every = jedes Mal
notices-times = { $count ->
    [one] gesammelt, nach { $count } Mal
   *[other] gesammelt, nach { $count } Mal
}
notices-days = { $count ->
    [one] gesammelt, binnen eines Tages
   *[other] gesammelt, binnen { $count } Tagen
}
notices-off = gar nicht
notices-note = Wenn Sie eine Anzahl wählen, erfahren Sie den Rest innerhalb von 30 Tagen.
notices-quiet = Ruhezeiten
notices-no-quiet = keine Ruhezeiten
notices-save = Diese Wahl speichern
acting-child = Sie handeln für Ihr Kind; das dürfen Sie seit dem { $date }. Auf diesen Seiten ist mit „Sie“ Ihr Kind gemeint.
acting-ward = Sie handeln für die Person, die Ihnen anvertraut ist; das dürfen Sie seit dem { $date }. Auf diesen Seiten ist mit „Sie“ diese Person gemeint.
acting-back = Zurück zu meinen Seiten
ends-heading = Endet bald
ends-on = { $recipient }: { $what }. Endet am { $date }.
ends-look = Ansehen
ends-by-itself = Endet am { $date } von selbst. Sie müssen nichts tun.
let-end = Enden lassen
renew = Bis { $date } verlängern
help = Hilfe und Beschwerde
help-wrong = Wenn etwas nicht stimmt
help-pause = Halten Sie zuerst alles an. Solange Sie nachsehen, wird nichts mehr weitergegeben.
help-note = Suchen Sie die Anfrage unter „Wer nach was gefragt hat“ und notieren Sie Tag, Uhrzeit und wer gefragt hat. Ihre Belege zeigen, was Sie erlaubt hatten.
help-ask = Schreiben Sie der oder dem Datenschutzbeauftragten Ihres Anbieters. Ihr Anbieter hat hier keine Adresse genannt; der Kundendienst muss sie Ihnen nennen. Eine Antwort steht Ihnen spätestens nach einem Monat zu.
help-authority = Genügt Ihnen die Antwort nicht, beschweren Sie sich bei dieser Behörde: { $authority }, { $place }. Das kostet Sie nichts.
help-words = Was die Wörter bedeuten
word-assistant = Assistent
means-assistant = Ein Programm einer anderen Firma, das Ihnen antwortet und Ihren Anbieter um Hinweise über Sie bitten darf.
word-permission = Erlaubnis
means-permission = Ihr Ja zu einem Assistenten, für einen Zweck und eine Art von Angabe, bis zu einem Tag, den Sie wählen.
word-pause = Anhalten
means-pause = Nichts wird weitergegeben, bis Sie fortsetzen. Die Erlaubnis bleibt.
word-withdraw = Widerrufen
means-withdraw = Die Erlaubnis endet endgültig, und der Assistent wird gebeten zu löschen, was daraus wurde.
word-receipt = Beleg
means-receipt = Ein signierter Nachweis, was Ihnen gezeigt wurde und was Sie geantwortet haben.
help-about = Darüber beschweren
help-request = Die Anfrage, um die es geht
help-when = Wann
help-number = Nummer des Belegs
help-quote = Geben Sie die Zeilen oben an, damit Ihr Anbieter die Anfrage findet. Ihre Belege zeigen, was Sie erlaubt hatten.
help-officer = Schreiben Sie an den Datenschutz Ihres Anbieters, { $officer }: { $address }. Eine Antwort steht Ihnen spätestens nach einem Monat zu.
elsewhere = In anderen Ländern
elsewhere-text = Ihr Anbieter gehört zu einer Gruppe. Jeder Anbieter der Gruppe bewahrt selbst auf, was er weiß. Zwischen ihnen wird nichts über Sie weitergegeben.
elsewhere-here = Ihr Anbieter
elsewhere-holds-here = Bewahrt Ihre Erlaubnisse, Ihre Belege und das auf, was über Sie bekannt ist. Alles davon sehen Sie auf diesen Seiten.
elsewhere-holds-there = Hat nichts von hier. Speichert er selbst etwas über Sie, so zeigt er es Ihnen selbst.
elsewhere-ask-there = Zu seinen Seiten
elsewhere-permissions = Was Ihre Erlaubnisse dort wert sind
elsewhere-here-only = Was Sie hier erlauben, gilt nur hier. Niemand darf deshalb einen anderen Anbieter nach Ihnen fragen.
elsewhere-asked-again = Auch wenn ein anderer Anbieter Ihr Ja anerkennt, muss er Sie noch einmal fragen. Dort dürfen Sie Nein sagen, und hier ändert sich nichts.
elsewhere-end-each = Was Sie hier anhalten oder beenden, beendet nichts, was Sie dort erlaubt haben. Beenden Sie es auch dort.
elsewhere-abroad = Während Sie im Ausland sind
abroad-learns = Ihr Anbieter erfährt nur über seine eigenen Mobilfunkmasten, wo Sie sind. Solange ein anderes Netz Sie versorgt, erfährt er das Land dieses Netzes, aber keinen neuen Ort.
abroad-told = Was er schon wusste, etwa Ihre Interessen, dürfen Assistenten weiter erfahren, denen Sie es erlaubt haben. Anhalten und beenden können Sie von überall.
abroad-country = In welchem Land Sie sind, erfahren nur Assistenten, denen Sie genau das erlaubt haben, und nur, wenn genügend andere in diesem Land sind.

data = Was über Sie gespeichert ist
data-nothing = Über Ihr Leben ist derzeit nichts bekannt.
data-text = Weder Anrufe noch Nachrichten, Adressen, App-Namen oder Websites werden aufbewahrt, auch nicht, wann Sie wo waren. Was Ihr Mobilfunknetz meldet, geht in diese wenigen Zahlen ein und wird verworfen. Sie verblassen alle zwei bis vier Wochen um die Hälfte.
data-places = Orte, an denen Sie sich aufhalten
data-places-text = { $count ->
    [0] keine
    [one] einer, davon { $named } als Zuhause, Arbeit oder oft besucht erkannt
   *[other] { $count }, davon { $named } als Zuhause, Arbeit oder oft besucht erkannt
}
data-nights = Nächte im Rückblick
data-nights-text = { $count } der letzten 28
data-apps = Themen Ihrer Apps
data-web = Themen Ihrer Websites
data-country = Land Ihres Netzes
data-left = Verbleibendes Datenvolumen
data-not-known = nicht bekannt
data-no-topics = keine
data-and = {"; "}
data-latest = Zuletzt aufgenommen
data-file = Alles herunterladen
data-erase = Löschen
wrong-heading = Stimmt etwas nicht?
wrong-text = Was Sie als falsch kennzeichnen, wird sofort entfernt. Danach wird es aus den Daten Ihres Mobilfunknetzes neu ermittelt.
wrong = Das ist falsch
erase-heading = Löschen, was über Sie bekannt ist?
erase-all = Ihre Orte, Gewohnheiten und Interessen werden sofort gelöscht.
erase-final = Das lässt sich nicht rückgängig machen, weder von Ihnen noch von sonst jemandem.
erase-told = Was Assistenten schon erfahren haben, wird damit nicht zurückgeholt. Widerrufen Sie eine Erlaubnis, dann werden sie aufgefordert, es zu löschen.
erase-anew = Ihre Erlaubnisse bleiben. Solange Sie etwas erlauben, wird von jetzt an neu gelernt.
erase-kept = Ihre Belege und die Liste, wer nach was gefragt hat, bleiben, damit Sie weiterhin nachweisen können, was geschehen ist, außer Sie wählen sie unten aus.
erase-stranger = Mich außerdem allen Assistenten fremd machen: Die Namen, die sie für mich haben, gelten nicht mehr, und Ihr Anbieter muss sie neu verbinden.
erase-records = Auch meine Belege und die Liste, wer nach was gefragt hat, löschen. Das öffentliche Protokoll zeigt dann nur noch, dass etwas verzeichnet wurde, nie was und über wen.
erase-despite = Was nachweist, dass Sie etwas erlaubt oder abgelehnt haben, bleibt von da an { $years } Jahre. Rechtsgrundlage: { $citation }
erase-despite-asked = Die Liste, wer nach was gefragt hat, bleibt je Eintrag { $days } Tage. Rechtsgrundlage: { $citation }
erase-despite-emergency = Was Rettungsdienste über Sie gefragt haben, bleibt je Eintrag { $days } Tage. Rechtsgrundlage: { $citation }
erase-button = Endgültig löschen
erase-instead = Soll nur vorerst nichts weitergegeben werden, genügt es anzuhalten. Das können Sie jederzeit zurücknehmen.
erase-back = Zurück, nichts löschen
erased-heading = Gelöscht
erased-text = Über Ihr Leben ist nichts mehr bekannt.
erased-anew = Über Ihr Leben ist nichts mehr bekannt. Da Sie weiterhin etwas erlauben, wird neu gelernt; halten Sie an oder widerrufen Sie, um das zu beenden.

preview = Was { $recipient } erfahren würde
preview-now = Bei einer Frage nach allem, jetzt und so, wie Sie es erlaubt haben:
preview-if = Mit einer Erlaubnis für „{ $what }“ würde jetzt das mitgeteilt, von grob bis genau:
preview-nothing = Nichts, denn: { $reason }.
preview-json = Die Antwort im Wortlaut (JSON)
preview-text = Nach denselben Regeln wie eine echte Antwort gemacht. Niemand hat etwas erfahren, und nichts wurde gezählt.
preview-question = Ansehen, was mitgeteilt würde

guess-heading = Was daraus zu erschließen wäre
guess-found = { $place }: in etwa { $share } % der Zeit dasselbe Gebiet. Sie wären auf { $km } km genau zu finden.
guess-hidden = { $place }: Was mitgeteilt wird, führt nicht dorthin.
guess-basis = { $nights ->
    [0] Noch ist zu wenig über Ihren Alltag bekannt, um zu sagen, was sich daraus erschließen ließe.
    [one] Berechnet aus der einen bekannten Nacht der letzten 28, so als würde stündlich gefragt und immer so genau geantwortet. Für das Zuhause zählen die Nächte, oder Morgen und Abende, wo nachts nichts mitgeteilt wird; für die Arbeit die Werktage von 9 bis 17 Uhr. Anderswoher kann mehr bekannt sein.
   *[other] Berechnet aus den { $nights } bekannten Nächten der letzten 28, spätere zählen mehr, so als würde stündlich gefragt und immer so genau geantwortet. Für das Zuhause zählen die Nächte, oder Morgen und Abende, wo nachts nichts mitgeteilt wird; für die Arbeit die Werktage von 9 bis 17 Uhr. Anderswoher kann mehr bekannt sein.
}

never = Was Sie nie teilen
never-text = Was auch immer Sie erlaubt haben: Niemand erfährt, wo Sie sind oder wohin Sie gehen, solange es um einen dieser Orte geht, und zu diesen Zeiten erfährt niemand irgendetwas. Wer fragt, hört dasselbe, wie wenn nichts bekannt ist.
never-always = Krankenhäuser, Gotteshäuser, Schutzunterkünfte, Schulen, Gefängnisse und andere schutzwürdige Orte, die Ihr Netzbetreiber kennt, werden niemandem mitgeteilt. Dafür müssen Sie nichts tun.
never-kinds = Zuhause und Arbeit
never-hours = Tageszeiten
never-places = Wo Sie oft sind
never-none = Noch sind keine Orte von Ihnen bekannt.
never-mark = Nie teilen
never-unmark = Wieder wie vorher teilen
never-area = { $count ->
    [0] Dieses Gebiet haben Sie früher markiert; ein Ort von Ihnen ist dort nicht mehr bekannt.
    [one] Ein Ort von Ihnen; ein Aufenthalt an { $days } der letzten 28 Tage.
   *[other] { $count } Orte von Ihnen; ein Aufenthalt an { $days } der letzten 28 Tage.
}
never-through = Wird nie geteilt, weil Sie „{ $place }“ nie teilen.
never-unsettled = Noch sind zu wenige Nächte bekannt, um zu sagen, wo das ist. Bis dahin wird keiner Ihrer Orte geteilt.
never-from = Von
never-to = Bis
never-choose = bitte wählen
never-hours-mark = Zu diesen Zeiten nie teilen
never-hours-fault = Bitte wählen Sie zwei verschiedene Uhrzeiten.
never-note = Ein Ort wird zusammen mit dem Gebiet um ihn herum zurückgehalten, damit die Lücke nicht auf eine Haustür zeigt. Wer oft fragt, kann dennoch bemerken, wann nichts mitgeteilt wird, und den Grund erraten.
never-erased = Auch die Gebiete, die Sie nie teilen, werden vergessen. Dass Sie Zuhause, Arbeit oder bestimmte Zeiten nie teilen, bleibt.

place-home = Zuhause
place-work = Arbeit
place-frequent = Ein Ort, an dem Sie oft sind
place-other = Ein Ort, an dem Sie waren
reason-never-place = Sie teilen diesen Ort nie
reason-never-hours = Sie teilen um diese Zeit nie etwas
more-pages = Weitere Seiten
asked-heading = Wer nach was gefragt hat
learnt = In den letzten sieben Tagen erfahren
learnt-facts = Neue Angaben über Sie: { $facts }, davon Gegenden: { $zones }. Zusammen sind sie höchstens { $bits } Antworten mit Ja oder Nein wert.
learnt-fewest = An jedem dieser Tage passte alles, was an diesem Tag irgendwem mitgeteilt wurde, auf mindestens { $people } Menschen.
learnt-counted = Tage, an denen Sie unter vielen mitgezählt wurden, höchstens: { $days }. Zahlen, die es schon gibt, bleiben, auch wenn Sie das beenden.
asked-none = Noch keine Anfragen.
asked-all = Alle Anfragen
asked-by = Wonach { $recipient } gefragt hat
asked-only = Anfragen zeigen von
asked-everyone = Alle
destroyed-records = Einträge dieser Liste, die vernichtet wurden, weil Sie die Erlaubnis dahinter widerrufen haben: { $count }, zuletzt am { $date }.
destroyed-mixed = Einträge, die vorerst bleiben, weil sie auch etwas betreffen, das Sie noch erlauben: { $count }.
destroyed-kept = Einträge, die bleiben, obwohl Sie die Erlaubnis dahinter widerrufen haben: { $count }. Rechtsgrundlage: { $citation }
yearly-each = { $recipient }: { $count }
yearly-letter = Vom { $from } bis zum { $to } hat Ihr Anbieter Assistenten so oft über Sie geantwortet: { $all }. Jede Antwort steht auf Ihren Seiten, wo Sie auch widerrufen können: { $address }
yearly-heading = Einmal im Jahr
yearly-on = Einmal im Jahr wird Ihnen mitgeteilt, wie oft etwas über Sie weitergegeben wurde und an wen.
yearly-off = Ihnen wird nicht einmal im Jahr mitgeteilt, wie oft etwas über Sie weitergegeben wurde.
yearly-stop = Nicht einmal im Jahr mitteilen
yearly-begin = Einmal im Jahr mitteilen
breach-heading = Bei einem Assistenten ist etwas vorgefallen
breach-possible = Bei { $recipient } gab es einen Vorfall. Was Ihr Anbieter dort vom { $from } bis zum { $to } über Sie mitgeteilt hat, könnte in fremde Hände gelangt sein: { $what }.
breach-confirmed = Bei { $recipient } gab es einen Vorfall. Was Ihr Anbieter dort vom { $from } bis zum { $to } über Sie mitgeteilt hat, ist in fremde Hände gelangt: { $what }.
breach-cleared = Der Vorfall bei { $recipient } hat Sie nicht betroffen: Was Ihr Anbieter dort vom { $from } bis zum { $to } über Sie mitgeteilt hat, ist nicht in fremde Hände gelangt ({ $what }).
breach-do = Auf Ihren Seiten können Sie jederzeit widerrufen, was dort gesehen werden darf. Seien Sie vorsichtig bei Anrufen und Nachrichten, die zu wissen scheinen, wo Sie waren oder was Sie mögen, und geben Sie niemandem einen Code. Auf der Hilfeseite steht, wen Sie fragen und wo Sie sich beschweren können.
breach-nothing = Sie müssen nichts tun.
breach-said-possible = Ihnen wurde mitgeteilt, dass Angaben über Sie in fremde Hände gelangt sein könnten
breach-said-confirmed = Ihnen wurde mitgeteilt, dass Angaben über Sie in fremde Hände gelangt sind
breach-said-cleared = Ihnen wurde mitgeteilt, dass keine Angaben über Sie in fremde Hände gelangt sind
located-told = Am { $when } hat { $agency } Ihren Anbieter gefragt, wo Sie sind, um ein Leben zu retten, und die Gegend erfahren, in der Sie zuletzt gesehen wurden. Sie wurden vorher nicht gefragt; das Gesetz erlaubt es so.
located-unknown = Am { $when } hat { $agency } Ihren Anbieter gefragt, wo Sie sind, um ein Leben zu retten. Ihr Anbieter wusste es nicht. Sie wurden vorher nicht gefragt; das Gesetz erlaubt es so.
located-later = Sie erfahren es erst jetzt, weil eine sofortige Nachricht jemanden hätte gefährden können.
located-where = Auf Ihren Seiten finden Sie es wieder: { $address }
others-heading = Wer sonst etwas über Sie gesehen hat
others-operator = Ihr Anbieter
others-located = Hat im Notfall gefragt, wo Sie sind, und die Gegend erfahren, in der Sie zuletzt gesehen wurden
others-located-later = Hat im Notfall gefragt, wo Sie sind, und die Gegend erfahren, in der Sie zuletzt gesehen wurden. Sie erfuhren es später, weil eine sofortige Nachricht jemanden hätte gefährden können
others-sought = Hat im Notfall gefragt, wo Sie sind. Ihr Anbieter wusste es nicht
others-sought-later = Hat im Notfall gefragt, wo Sie sind. Ihr Anbieter wusste es nicht. Sie erfuhren es später, weil eine sofortige Nachricht jemanden hätte gefährden können
others-export = Hat eine Kopie der Einträge über Sie erhalten
others-look = Hat die Einträge über Sie angesehen
others-ground = Aus diesem Grund: { $ground }
newest = Neueste
earlier = Früher
times = { $count }-mal, zuletzt um { $time } Uhr
told = { $what }: { $precision }
not-told = { $what }: nichts, denn { $reason }
left-out = { $what }: nichts, weil in der Antwort kein Platz war
claim-waits = { $what }: gibt an, dass Sie zugestimmt haben. Es gilt erst, wenn Sie selbst zustimmen.
claim-agreed = { $what }: gibt an, dass Sie zugestimmt haben. Seither haben Sie selbst zugestimmt.
claim-void = { $what }: gibt an, dass Sie zugestimmt haben. Das allein hat nichts erlaubt.
claim-refused = { $what }: gibt an, dass Sie abgelehnt haben. Das wurde als Ihr Nein übernommen.
claim-repeated = { $what }: gibt an, dass Sie abgelehnt haben. Das hat nichts geändert.
claim-ended = { $what }: hat in Ihrem Namen widerrufen. Die Erlaubnis endete sofort.
today = Heute
yesterday = Gestern
date = { $day }. { $month } { $year }
day = { $weekday }, { $date }

month-1 = Januar
month-2 = Februar
month-3 = März
month-4 = April
month-5 = Mai
month-6 = Juni
month-7 = Juli
month-8 = August
month-9 = September
month-10 = Oktober
month-11 = November
month-12 = Dezember
weekday-1 = Montag
weekday-2 = Dienstag
weekday-3 = Mittwoch
weekday-4 = Donnerstag
weekday-5 = Freitag
weekday-6 = Samstag
weekday-7 = Sonntag

category-location-zone = Wo Sie sind
category-location-label = Ob Sie zu Hause oder bei der Arbeit sind
category-location-verify = Ob Sie in der Nähe eines genannten Ortes sind
category-location-frequent_area = Wie viel Zeit Sie in der Nähe eines genannten Ortes verbringen
category-mobility-next_place = Wohin Sie als Nächstes gehen könnten
category-mobility-routine = Ob Ihr Tag wie üblich verläuft
category-usage-interest = Was Ihre Apps über Ihre Vorlieben sagen
category-web-interest = Was Ihre Websites über Ihre Vorlieben sagen
category-account-roaming_country = In welchem Land Ihr Telefon ist
category-account-data_volume = Wie viel mobiles Datenvolumen Sie noch haben
category-aggregate-population = Sie unter vielen mitzuzählen

what-location-zone = wo Sie ungefähr sind
what-location-label = ob Sie zu Hause, bei der Arbeit, an einem oft besuchten Ort oder anderswo sind
what-location-verify = ob Ihr Telefon im Umkreis von 5, 10, 20 oder 50 km um einen genannten Ort ist
what-location-frequent_area = wie viel Ihrer Zeit Sie ungefähr im Umkreis von 5, 10, 20 oder 50 km um einen genannten Ort verbringen
what-mobility-next_place = wohin Sie als Nächstes wahrscheinlich gehen
what-mobility-routine = ob Sie dort sind, wo Sie um diese Zeit meist sind, und wann Sie von dort meist aufbrechen
what-usage-interest = zu welchem Thema die Apps gehören, die Sie am meisten nutzen
what-web-interest = zu welchem Thema die Websites gehören, die Sie am meisten besuchen
what-account-roaming_country = in welchem Land Ihr Telefon in einem Netz angemeldet ist
what-account-data_volume = wie viel mobiles Datenvolumen Sie ungefähr noch haben: unter 200 MiB, unter 1 GiB, unter 5 GiB oder mehr
what-aggregate-population = wie viele Menschen an einem Tag in welchem Stadtteil zuerst gesehen wurden, mit Ihnen unter den Gezählten

limit-location-zone = Ihre genaue Position wird nie weitergegeben.
limit-location-label = Wo das ist, wird damit nicht weitergegeben.
limit-location-verify = Weitergegeben wird nur Ja oder Nein, höchstens fünfmal am Tag, und nie, wie weit Sie entfernt sind.
limit-location-frequent_area = Weitergegeben wird nur eine von fünf Stufen, zu höchstens drei Orten in der Woche, und nie eine Adresse. Zu Gegenden mit wenigen Menschen wird nichts weitergegeben.
limit-mobility-next_place = Eine Adresse wird nie weitergegeben.
limit-mobility-routine = Wo Sie sind und wohin Sie gehen, wird damit nicht weitergegeben.
limit-usage-interest = Welche Apps das sind, wird nie weitergegeben. Ein Thema steht erst nach zwei Wochen fest und kann dann bis zu einem Jahr bestehen bleiben, nachdem Sie solche Apps zuletzt genutzt haben.
limit-web-interest = Welche Websites das sind, wird nie weitergegeben. Ein Thema steht erst nach zwei Wochen fest und kann dann bis zu einem Jahr bestehen bleiben, nachdem Sie solche Websites zuletzt besucht haben.
limit-account-roaming_country = Wo im Land Sie sind, wird nie weitergegeben, und gar nichts, wenn nur wenige andere im selben Land sind.
limit-account-data_volume = Die genaue Menge und wann Sie etwas verbraucht haben, wird nie weitergegeben.
limit-aggregate-population = Weitergegeben werden gerundete Zahlen von jeweils etwa 50 Menschen oder mehr und nichts über Sie allein. Wer solche Zahlen bekommen darf, bekommt dieselben. Wenn Sie das beenden, zählen Sie in neuen Zahlen nicht mehr mit; frühere bleiben.

purpose-ProvidePersonalisedRecommendations = um Ihnen Passendes vorzuschlagen
purpose-ProvideEventRecommendations = um Ihnen Veranstaltungen vorzuschlagen
purpose-ServicePersonalisation = um den Dienst an Sie anzupassen
purpose-PersonalisedAdvertising = um Ihnen für Sie ausgewählte Werbung zu zeigen
purpose-FraudPreventionAndDetection = um Sie vor Betrug zu schützen
purpose-ResearchAndDevelopment = um zu forschen und zu entwickeln

precision-label = nur ein Wort
precision-country = nur das Land
precision-region = ein Landesteil, etwa 12.400 km²
precision-city = eine Stadt mit Umgebung, etwa 1.770 km²
precision-zone-r5 = ein Teil einer Großstadt, etwa 253 km² (17 km breit)
precision-zone-r6 = ein Stadtteil, etwa 36 km² (6 km breit)
precision-zone-r7 = ein Wohnviertel, etwa 5 km² (2 km breit)

reason-not-granted = Sie haben es nicht erlaubt
reason-expired = Ihre Erlaubnis war zu Ende
reason-purpose-mismatch = Sie haben es für einen anderen Zweck erlaubt
reason-assurance-too-low = der Assistent hat sich nicht sicher genug ausgewiesen
reason-paused = Sie hatten es angehalten
reason-crowd-too-small = zu wenige Menschen waren zur selben Zeit am selben Ort
reason-sensitive-place = der Ort ist besonders schutzwürdig
reason-minor = Sie sind minderjährig, und niemand hat es für Sie erlaubt
reason-no-data = es war nichts bekannt
reason-unknown-subject = der Assistent nannte einen Namen, der niemandem gehört
reason-residency = das Gesetz hält diese Daten im Land
reason-not-permitted = die Regeln erlauben es nicht
reason-ceiling-too-low = weder Vertrag noch Zweck reichen so weit
reason-budget-spent = es war schon genug gesagt
reason-outside-hours = es war außerhalb der erlaubten Zeiten
reason-quota-spent = die erlaubten Auskünfte waren aufgebraucht
reason-lapsed = wer es für Sie erlaubt hat, spricht nicht mehr für Sie
reason-blocked = wer den Vertrag hält, will es auf diesem Anschluss nicht
reason-stopped = eine Behörde oder Ihr Anbieter hat es gestoppt
