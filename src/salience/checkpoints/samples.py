"""Inputs on which a converted model is held against the original."""

TEXTS = (
    "Ada Lovelace wrote to Charles Babbage in London on 5 December 1842.",
    "The European Commission fined Apple 1.8 billion euros, Reuters reported.",
    "it rained all day in new york, so we stayed at home",
    "Where is the station? I'd like two tickets to Berlin, please.",
    "Angela Merkel besuchte am Freitag das Museum in München.",
    "L'été dernier, Marie Curie-Skłodowska habitait à Paris.",
    "El Real Madrid ganó 3-1 al FC Barcelona ante 80.000 espectadores.",
    "北京是中华人民共和国的首都。",
    "Владимир Набоков родился в Санкт-Петербурге.",
    "NASA's James Webb Space Telescope (JWST) launched from Kourou, French Guiana.",
    "She said: \u201cDon't call Dr. O'Neill before 9 a.m.\u201d \u2014 and hung up.",
    "e=mc² 🚀 https://example.org/a_b?c=d #hello @world",
)
