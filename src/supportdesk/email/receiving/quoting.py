"""Words with which mail programs announce what they quote or forward, by what they stand for, in many languages."""

from __future__ import annotations

import re

QUOTED = re.compile(r"^\s?(?:>|\|(?!\|))")
TABLE_ROW = re.compile(r"^\s?\|.*\|\s*$")
PROMPT = re.compile(r"^>>> (?!.*>>>$)")
"""What Python writes before each line that is typed."""
HEADER_END = re.compile(r"[:：]\s*$|wrote\s*-{2,}\s*$")
OPENS = re.compile(
    r"^[\W_]*(?:on|am|le|el|il|em|op|den|dne|w dniu|în|at|tor|mån|tis|ons|fre|lör|sön|mandag|tirsdag"
    r"|onsdag|torsdag|fredag|\d{1,4})\b",
    re.IGNORECASE,
)
"""How the line above a quote begins, as in "On Monday"."""
WROTE_AND_WORDS = re.compile(r"^\W*\w.{5,200}@[^\s<>]{1,250}> \w[^\n:]{0,40}:\s{2,}\S")
"""The line above a quote, with the first quoted words in the same line, as Yahoo's app writes it."""
GMAIL_SHORT = re.compile(r"^\d{4}-\d\d-\d\d \d\d?:\d\d GMT[+-]\d\d:\d\d \S.{1,80}$")
DASHED = re.compile(r"^\s*-{4,}\s*[^\W\d_][^\n]{2,40}?-{4,}\s*$|^\s*original message\s*$", re.IGNORECASE)
GROUPWISE = re.compile(r"^>>> .{3,200}\d[^\n]{0,20} >>>$")
"""How GroupWise begins a quote that it does not mark."""
WROTE = re.compile(
    r"\b(?:wrote|writes|schrieb|geschrieben|schreef|geschreven|escribió|a écrit|écrit|ha scritto|scrisse|scrive"
    r"|escreveu|skrev|skreiv|napisał(?:\(a\))?"
    r"|napisal|pisze|zitat von|quoting|napsal|írta|kirjoitti|пишет|написал|пише|yazdı|schrijft|scris|skrifaði"
    r"|thus spake|said)\b"
    r"|写道|寫道|書きました|さんは|のメール|작성",
    re.IGNORECASE,
)
ITEM = re.compile(r"^\s*\d{1,2}[.)]\s")
"""How an item of a list begins, or a date."""
YEAR = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|年")
DATE = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[:.h]\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|年")
TIME_OF_DAY = re.compile(r"(?<![\d./-])\d{1,2}[:.h]\d\d(?:[:.]\d\d)?(?![\d./])")
DIVIDER = re.compile(
    r"^\s*[-_*=#]{2,}\s*(?:original message|original appointment|ursprüngliche nachricht|originalnachricht"
    r"|message d'origine"
    r"|message original|mensaje original|messaggio originale|mensagem original|oorspronkelijk bericht"
    r"|oprindelig meddelelse"
    r"|opprinnelig melding|ursprungligt meddelande|originalmeddelande|wiadomość oryginalna"
    r"|исходное сообщение|original email|reply message"
    r"|(?:please )?(?:type |write |enter )?(?:your )?reply above this line[^\n]*|回复的原邮件|原始邮件)"
    r"\s*[-_*=#]*\s*$",
    re.IGNORECASE,
)
RULE = re.compile(r"^\s*_{20,}\s*$|^\s*-{20,}\s*$")
FIELD = re.compile(r"^\s*[*_]{0,2}([^\W\d_][\w\u0900-\u097f\u0e00-\u0e7f .'/()-]{0,24}?)\s*[:：]\s*[*_]{0,2}\s*(.*)$")
"""A header field as mail programs show it: its name, and its value."""
FROM = re.compile(
    r"da|de|de la|expéditeur|feladó|fra|from|från|kimden|lähettäjä|mittente|od|odesílatel|remetente|remitente|van|von"
    r"|šalje|odosielateľ|pošiljatelj|saatja|nuo|từ|dari|daripada|frá|nork|จาก|प्रेषक"
    r"|от|от кого|від|від кого|από|من|מאת|发件人|寄件者|寄件人|差出人|보낸사람|보낸 사람",
    re.IGNORECASE,
)
"""The name of the field From."""
SUBJECT = re.compile(
    r"aihe|assunto|asunto|betreff|emne|konu|objet|oggetto|onderwerp|předmět|subiect|subject|sujet|tárgy|temat|ämne"
    r"|predmet|zadeva|teema|chủ đề|subjek|efni|gaia|เรื่อง|विषय"
    r"|тема|θέμα|الموضوع|נושא|主题|主旨|件名|제목",
    re.IGNORECASE,
)
"""The name of the field Subject."""
OTHER_FIELDS = re.compile(
    SUBJECT.pattern
    + r"|a|aan|alıcı|an|answer to|antwort an|bcc|cc|címzett|cópia|copie|copie à|data|date|dato|datum|dátum|do|elküldve"
    r"|enviada|enviada em|enviado|enviado el|envoyé|fecha|gesendet|gönderme|inviato|kime|kopia|kopie|küldve|lähetetty"
    r"|odesláno|para|päivä|reply-to|sendt|sent|skickat|tarih|til|till|to|trimis|vastaanottaja|verzonden|wysłano|à|komu"
    r"|către|дата|кому|отправлено|копия|надіслано|προς|ημερομηνία|إلى|التاريخ|אל|תאריך"
    r"|发送时间|發送時間"
    r"|poslano|poslato|odoslané|prima|za|naslov|saadetud|adressaat|nosūtīts|kam|išsiųsta|изпратено|до|относно|נשלח"
    r"|تم الإرسال|đã gửi|đến|dikirim|dihantar|kepada|enviat|enviado o|per a|tema|bidalia|nori|ส่ง|ถึง|भेजा गया|प्रति"
    r"|寄件日期|副本|στάλθηκε|kopi|kopio|dw|宛先|收件人|收件者|日期|日時|送信日時"
    r"|抄送|받는사람|받는 사람|보낸날짜|보낸 날짜|날짜",
    re.IGNORECASE,
)
"""The names of the other fields that are shown above a quote."""
MOBILE = re.compile(
    r"^[\s(<\[]*(?:[^\n]{0,60}\boutlook\b[^\n]{0,40}<https://aka\.ms/\w+>[^\n]{0,40}"
    r"|[^\n]{3,60}<https://go\.microsoft\.com/fwlink/\?linkid=\d+>[^\n]{0,30}"
    r"|(?:sent|get|gesendet|envoyé|téléchargez|enviado|obt(?:én|ener|enha)|baixe|inviato|scarica|verzonden|wysłane"
    r"|pobierz|skickat|hämta|sendt|hent|skaff|lähetetty|hanki|odesláno)\b[^\n]{0,16}\boutlook"
    r" (?:for|für|pour|para|per|voor|dla|för|til) (?:ios|android|mac|windows)"
    r"|\w+から送信|发自我的 ?\w+|(?:나의|내) \w+에서 보냄|[\w']+ gönderildi"
    r"|odesláno z \w+|lähetetty \w+sta|\w+-r[óő]l küldve"
    r"|get \w+ for (?:android|ios|iphone)|\u1427|someone from mobile"
    r"|from my \w+(?: \w+)?|sent by \w+|從我的 ?[\w ]+傳送"
    r"|diese nachricht wurde von [^\n]{3,80} gesendet"
    r"|verzonden met [\w .-]{2,40}|sent from my [^\n]{2,60}|sent from \[[^\n]{2,120}"
    r"|get \[?outlook for [^\n]{2,80}|(?:get|hol dir) outlook für \w+"
    r"|sent (?:from|via|with|using) (?:my |the )?[\w .,'’®™&-]{2,60}|(?:get|hol dir|téléchargez"
    r"|obtener) outlook (?:for|für|pour|para) \w+[^\n]*"
    r"|von meinem [\w .-]{2,40} gesendet|gesendet (?:von|mit|über) (?:meinem |der )?[\w .-]{2,50}"
    r"|envoyé (?:de|depuis) mon [\w .-]{2,40}"
    r"|enviado desde mi [\w .-]{2,40}|enviado do meu [\w .-]{2,40}|inviato da(?:l mio)? [\w .-]{2,40}"
    r"|verzonden vanaf mijn [\w .-]{2,40}"
    r"|verstuurd vanaf mijn [\w .-]{2,40}|skickat från min [\w .-]{2,40}|sendt fra min [\w .-]{2,40}"
    r"|wysłan[eo] z [\w .'’-]{2,40}|отправлено (?:с|из) [\w .-]{2,40}"
    r"|sent from yahoo[^\n]*|yahoo mail ?: [^\n,]{2,40}, [^\n,]{2,40}, [^\n]{2,80}"
    r"|\[?sent from [\w .-]+\]?(?:\s*<[^>]*>)?)[\s)>\].]*$",
    re.IGNORECASE,
)
"""What telephones and web mail put below a text by themselves."""
SIGNATURE = re.compile(r"^(?:--|— |__)\s*$")
_FORWARDED = (
    r"(?:begin )?(?:forwarded (?:message|by|email|mail)|start of forwarded"
    r"|(?:début du )?message (?:transféré|réexpédié)|courriel transféré"
    r"|(?:anfang der )?weitergeleiteten? (?:nachricht|e-?mail)|(?:inicio del )?mensaje reenviado"
    r"|(?:inizio (?:del )?)?messaggio inoltrato|(?:início da )?mensagem (?:encaminhada|reencaminhada)"
    r"|doorgestuurd (?:bericht|mail)|vidarebefordrat (?:meddelande|mail)|videresendt (?:besked|melding|e-?mail)"
    r"|start på (?:videresendt|vidarebefordrat)|edelleenlähetetty|välitetty viesti"
    r"|(?:początek )?(?:przekazanej|przekazana) wiadomo|wiadomość przekazana|přeposlaná zpráva"
    r"|továbbított (?:üzenet|levél)|iletilen (?:ileti|mesaj)|yönlendirilen|mesaj redirecționat|пересылаемое сообщение"
    r"|начало (?:переадресованного|пересылаемого)|переслан|προωθημένο|الرسالة المعاد توجيهها|הודעה שהועברה"
    r"|转发的邮件|转发邮件|轉寄的?(?:郵件|訊息)|転送(?:された)?メッセージ|전달된 메(?:일|시지))"
)
FORWARDED = re.compile(rf"^\s*(?:[-=_]{{2,}}\s*{_FORWARDED}|{_FORWARDED}[^\n]{{0,80}}[:：]\s*$)", re.IGNORECASE)
"""The line above what is forwarded."""
FORWARD_SUBJECT = re.compile(
    r"^\s*(?:fwd?|wg|tr|rv|reenv|enc|i|inol|vs|vb|vl|doorst|pd|podaj|přeposl|továbbítás|ilt|iletilen|πρθ|пересл|fs"
    r"|转发|转寄|轉寄|転送|전달|הועבר|إعادة توجيه)\s*[:：]\s*",
    re.IGNORECASE,
)
"""How the subject of what is forwarded begins."""
