"""The words that say least, of the languages our requesters write most, folded as the index folds them."""

from __future__ import annotations

_ENGLISH = """
a about after all also am an and any are as at be because been but by can cannot could did do does doesn don for from
get got had has have hello hi how i if in into is isn it its just like ll me my no not now of on one only or our out
please re s so some still t than thank thanks that the their them then there these they this to up us ve very was we
were what when where which who why will with would you your
"""
_GERMAN = """
aber als am an auch auf aus bei bin bitte da danke das dass dem den der des die doch ein eine einem einen einer er es
fur habe haben hallo hat ich ihr ihre im in ist ja kann kein keine konnen man mein meine mich mir mit nach nicht noch
nur oder schon sehr sich sie sind so um und uns von vor war warum was wenn wer werden wie wieder wir wird wo zu zum zur
"""
_FRENCH = """
ai au aux avec bonjour ce ces cette comment d dans de des du elle en est et ete il ils j je l la le les leur ma mais me
merci mes mon n ne nous on ou par pas plus pour pourquoi qu quand que qui s sa se si son sont sur t un une vous y
"""
_SPANISH = """
a al como con cuando de del donde el en es esta este esto gracias ha hay he hola la las le lo los me mi mis muy no nos o
para pero por porque puedo que se si sin son su sus te tengo un una y ya yo
"""
FUNCTION_WORDS = frozenset(f"{_ENGLISH} {_GERMAN} {_FRENCH} {_SPANISH}".split())
