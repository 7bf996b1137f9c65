"""Stopwords of the languages that requesters write most, folded as the index folds them."""

from __future__ import annotations

_ENGLISH = """
a able about after all also am an and any anybody anyone anything anyway are aren arent as at be because been both but
by can cannot cant could couldn couldnt did didn didnt do does doesn doesnt don dont else ever for from get give going
good got had has hasn have haven he hello help her here hers hey hi him himself his how i if im in into is isn isnt it
its itself ive just know let like ll looking make may maybe me might mine more must my myself need needs no not now of
ok on one only or our out own please possibly re really s same say says see she shouldn shouldnt so some someone
something still such sure t take tell than thank thanks that the their them then there these they this those though to
today together too tried try trying up us use used using ve very want wants was wasn way we were what when where whether
which while who whose why will wish with wonder wondering wont would wouldn wouldnt yes you your yours yourself
"""
_GERMAN = """
aber alle allem allen aller alles als also am an andere anderen ans auch auf aus ausser bei beim bereits bin bis bitte
brauche brauchen da dabei dafur damit danke dann daran darf darum das dass dein deine deinem deinen deiner dem den denen
denn der deren des deshalb dich die dies diese diesem diesen dieser dieses dir doch dort du durch durfen eben eigentlich
ein eine einem einen einer er es etwas euch euer eure fur gar gehen geht gerade gern gerne gibt ging habe haben habt
hallo hat hatte hatten hier hin ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in ins irgendwie ist ja jede jeden
jeder jedes jemand jetzt kann kannst kein keine keinem keinen keiner konnen konnt konnte konnten leider machen macht man
mehr mein meine meinem meinen meiner mich mir mit mochte mochten muss musse mussen musste nach nicht nichts noch nun nur
ob obwohl oder ohne sagen schon sehr sei seid sein seine seinem seinen seiner seit sich sie sind so sogar soll sollen
sollte sollten sondern sonst tun tut uber um und uns unser unsere unserem unseren unserer unter viel viele vielen vom
von vor wahrend wann war waren warum was wegen weil weiss welche welchem welchen welcher welches wenig wenn wer werden
wie wieder wieso will wir wird wo wofur woher wohin wollen worden wurde wurden zu zum zur zwar zwischen
"""
_FRENCH = """
ai aie aimerais ait alors apres au aussi autre autres aux avait avant avec avez avoir avons besoin bien bonjour ca car
ce cela celle celui ces cet cette chaque chez comment d dans de deja depuis des dois doit donc du elle elles en encore
entre est et etait ete etes etre eu faire fais fait faut hors ici il ils j jamais je l la le les leur leurs lors lui ma
mais me meme merci mes moi moins mon n ne nos notre nous on ont ou par pas peu peut peuvent peux plus possible pour
pourquoi puis puisje qu quand que quel quelle quelles quelqu quels qui rien s sa salut sans se sera serai ses seulement
si soit son sont sous suis sur svp t toujours tous tout toute toutes tres trop un une veux voici vos votre voudrais
vouloir vous y
"""
_SPANISH = """
a al alguien antes aqui asi bien buenas buenos cada como con cual cuales cuando cuanta cuanto de del desde despues dice
donde durante e el ella ellas ellos en entonces entre era eran eres es esta estan estas este esto estos estoy fue fueron
gracias gustaria ha hace hacen hacer hacia hasta hay he hemos hola la las le les lo los mas me menos mi mis mismo mucho
muchos muy nada necesito ni no nos nosotros nuestra nuestro o otra otras otro otros para pero poder podria por porque
puede pueden puedo pues que quien quiero saber se sea ser sera si sido siempre sin solo son soy su sus suyo tambien tan
tanto te tener tengo tiene tienen toda todas todos tu tus un una unas uno unos usted ustedes voy y ya yo
"""
STOPWORDS = frozenset(f"{_ENGLISH} {_GERMAN} {_FRENCH} {_SPANISH}".split())
_NEGATIONS = """
not never cannot cant t dont doesnt didnt isnt arent wasnt wont wouldnt couldnt shouldnt hasnt havent
nicht nie kein keine keinen keinem keiner
pas jamais
no nunca
"""
NEGATIONS = tuple(frozenset(line.split()) for line in _NEGATIONS.strip().splitlines())
"""Words that say the opposite of the next one, a set for each language."""
