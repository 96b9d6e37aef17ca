"""Made-up feeds that are the same everywhere, and the loopback origin that serves them.

What `table` and `stages` measure on. Nothing here is anybody's text: words are common English ones, forty of the field
and 20,000 invented ones by Zipf's law, in phrases that several texts share, as in real language, beside names that
one text has alone. The same number of feeds, seed and day give the same bytes.
"""
import asyncio
import html
import itertools
import mmap
import multiprocessing
import os
import random
import signal
import socket
import struct
import time
from email.utils import formatdate
from pathlib import Path

DAY = 86_400
DAYS = 30  # that entries are spread over
ENTRIES = (20, 40)  # of a feed, least and most
WORDS = (300, 700)  # of an entry
RELEASE_SHARE = 0.15  # of entries that are one of the releases, which several feeds carry
CARRIERS = 4  # feeds that carry a release, on average
CHANGED_SHARE = 0.05  # of feeds that have news in the second round
CONNECTIONS = 4_096  # that may wait at the origin
FIXTURES = "the of and to in a is that for on with as by it was are be at from this have or not which their has were more been".split()
FIELD = """children rights school committee statement access health justice violence community education family
support session report protection measures states services young people digital care learning poverty climate girls
boys water food harbour lantern village teacher doctor letter market bridge garden paper""".split()
SYLLABLES = "ba den fi gor hu jel ka lim mo nur pe quil ra sor ti ul ven wa xi yor zem cho ghe shan".split()


class Words:
    """Phrases of the made-up language."""

    def __init__(self, seed):
        rng = random.Random(f"{seed}:words")
        made = list(dict.fromkeys("".join(rng.choices(SYLLABLES, k=rng.choice((2, 2, 3)))) for _ in range(22_000)))
        words = FIXTURES + FIELD + made
        # Common words take 40 of 100, as in English; the others fall by their rank.
        weights = [40 / (i + 2) for i in range(len(FIXTURES))] + [12 / len(FIELD)] * len(FIELD)
        weights += [12 / (i + 9) for i in range(len(made))]
        chosen = iter(rng.choices(words, cum_weights=list(itertools.accumulate(weights)), k=800_000))
        self.phrases = [" ".join(itertools.islice(chosen, rng.choice((3, 4, 5)))) for _ in range(195_000)]

    def sentence(self, rng, names):
        phrases = rng.choices(self.phrases, k=rng.choice((2, 3, 3, 4)))
        if rng.random() < 0.4:
            phrases.insert(1, rng.choice(names))
        text = " ".join(phrases)
        return text[0].upper() + text[1:] + "."

    def text(self, rng, site):
        """A title and an HTML body."""
        names = ["".join(rng.choices(SYLLABLES, k=3)).capitalize() for _ in range(5)]
        title = f"{rng.choice(names)} {' '.join(rng.choices(self.phrases, k=2))} {rng.randrange(10, 1000)}"
        wanted, words, blocks = rng.randint(*WORDS), 0, []
        while words < wanted:
            sentences = [self.sentence(rng, names) for _ in range(rng.randint(2, 5))]
            words += sum(sentence.count(" ") + 1 for sentence in sentences)
            kind = rng.random()
            if kind < 0.15:
                blocks.append("<ul>" + "".join(f"<li>{sentence}</li>" for sentence in sentences) + "</ul>")
            elif kind < 0.3:
                blocks.append(f"<blockquote><p>&#8220;{' '.join(sentences)}&#8221;</p></blockquote>")
            else:
                first, rest = sentences[0].split(" ", 1)
                link = f'<a href="{site}/see/{rng.randrange(10**6)}?a=1&amp;b=2">{first}</a>'
                blocks.append(f"<p>{link} {rest} <em>{' '.join(sentences[1:])}</em></p>")
        return title, "\n".join(blocks)


class Corpus:
    """Feeds below a folder: `0/` as they are first, `1/` what differs in the second round.

    `names` are the files, `truth` says which release an entry (source, id) carries, `text_bytes` counts titles and
    bodies as published (UTF-8), `body_bytes` whole documents.
    """

    def __init__(self, folder, feeds, seed=1, today=None):
        self.folder, self.feeds, self.seed = Path(folder), feeds, seed
        self.today = int(time.time() // DAY * DAY) if today is None else today
        for round_ in "01":
            (self.folder / round_).mkdir(parents=True)
        self.names, self.truth, self.entries, self.text_bytes, self.body_bytes = [], {}, 0, 0, 0
        self.changed = 0
        # Makers are processes of their own, so that the one that measures stays small.
        with multiprocessing.get_context("fork").Pool(2, prepare, (self,)) as pool:
            for name, entries, text, body, carried, changed in pool.imap(make_feed, range(feeds), chunksize=8):
                self.names.append(name)
                self.entries += entries
                self.text_bytes += text
                self.body_bytes += body
                self.truth.update(carried)
                self.changed += changed

    def entry(self, words, feed, number, rng, releases):
        """What one feed carries: dict of id, title, body, link, date (seconds), release (or None), how."""
        site = f"https://site{feed}.example"
        date = self.today - rng.randrange(DAY, DAYS * DAY)
        made = {"id": f"tag:site{feed}.example,2026:{number}", "release": None}
        if rng.random() >= RELEASE_SHARE or not releases:
            title, body = words.text(rng, site)
            return made | {"title": title, "body": body, "date": date, "link": f"{site}/{number}/{rng.randrange(10**6)}"}
        release = releases.pop()
        rng_release = random.Random(f"{self.seed}:release:{release}")
        date = self.today - rng_release.randrange(DAY, DAYS * DAY) + rng.randrange(7_200)
        title, body = words.text(rng_release, "https://wire.example")
        link, how = f"https://wire.example/{release}/release.html", rng.random()
        if how > 0.33:
            link = (link if how < 0.5 else f"{site}/wire-{release}") + f"?utm_source=site{feed}&utm_medium=rss"
        if how > 0.66:
            body = edited(words, rng, body)
        return made | {"title": title, "body": body, "date": date, "link": link, "release": release}

    def made(self, words, feed):
        """The entries of a feed in the first round, and in the second (None: as before)."""
        rng = random.Random(f"{self.seed}:feed:{feed}")
        number = max(1, round(self.feeds * sum(ENTRIES) / 2 * RELEASE_SHARE / CARRIERS))
        releases = rng.sample(range(number), min(number, sum(ENTRIES)))
        first = [self.entry(words, feed, n, rng, releases) for n in range(rng.randint(*ENTRIES))]
        first.sort(key=lambda entry: -entry["date"])
        # Every twentieth feed, so that few feeds have some, too.
        if feed % round(1 / CHANGED_SHARE):
            return first, None
        fresh = [self.entry(words, feed, 1_000 + n, rng, releases) for n in range(rng.randint(1, 3))]
        for entry in fresh:
            entry["date"] = self.today
        return first, fresh + first[: -len(fresh)]


def edited(words, rng, body):
    """A body as an editor passes it on: a line before or after, a few words changed."""
    blocks = body.split("\n")
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(blocks))
        parts = blocks[at].split(" ")
        if len(parts) > 8 and "<" not in parts[6]:
            parts[6] = rng.choice(words.phrases).split(" ")[0]
            blocks[at] = " ".join(parts)
    line = words.sentence(rng, ["Wire"])
    blocks.insert(*((0, f"<p><strong>{line}</strong></p>") if rng.random() < 0.5 else (len(blocks), f"<p>{line}</p>")))
    return "\n".join(blocks)


STATE = {}


def prepare(corpus):
    STATE.update(corpus=corpus, words=Words(corpus.seed))


def make_feed(feed):
    """Writes one feed; its name, entries, bytes of text and of document, truth, whether it changes."""
    corpus = STATE["corpus"]
    first, second = corpus.made(STATE["words"], feed)
    atom = feed % 20 < 7  # Atom 35 of 100, RSS the others
    name = f"{feed}.{'atom' if atom else 'rss'}"
    document = (atom_document if atom else rss_document)(feed, first, corpus.today)
    (corpus.folder / "0" / name).write_bytes(document)
    if second:
        (corpus.folder / "1" / name).write_bytes((atom_document if atom else rss_document)(feed, second, corpus.today))
    text = sum(len((entry["title"] + entry["body"]).encode()) for entry in first)
    carried = {(f"site-{feed}", e["id"]): e["release"] for e in first + (second or []) if e["release"] is not None}
    return name, len(first), text, len(document), carried, second is not None


def rss_document(feed, entries, today):
    site, escape = f"https://site{feed}.example", html.escape
    out = [
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"\n<channel><title>Site {feed}</title><link>{site}/</link><description>All of site {feed}</description>"
        f"<language>en</language><lastBuildDate>{formatdate(today, usegmt=True)}</lastBuildDate>\n"
    ]
    for e in entries:
        # Half of the feeds escape their bodies, half have them as CDATA.
        body = f"<description>{escape(e['body'])}</description>"
        if feed % 2:
            body = f"<content:encoded><![CDATA[{e['body']}]]></content:encoded>"
        out.append(
            f'<item><title>{escape(e["title"])}</title><link>{escape(e["link"])}</link><guid isPermaLink="false">{e["id"]}</guid>'
            f"<pubDate>{formatdate(e['date'], usegmt=True)}</pubDate>{body}</item>\n"
        )
    return ("".join(out) + "</channel></rss>\n").encode()


def atom_document(feed, entries, today):
    site, escape = f"https://site{feed}.example", html.escape
    stamp = lambda seconds: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
    out = [
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">'
        f'<title>Site {feed}</title><link href="{site}/"/><id>tag:site{feed}.example,2026:feed</id><updated>{stamp(today)}</updated>'
        f"<author><name>Site {feed}</name></author>\n"
    ]
    for e in entries:
        out.append(
            f'<entry><title>{escape(e["title"])}</title><link href="{escape(e["link"])}"/><id>{e["id"]}</id>'
            f"<published>{stamp(e['date'])}</published><updated>{stamp(e['date'])}</updated>"
            f'<content type="html">{escape(e["body"])}</content></entry>\n'
        )
    return ("".join(out) + "</feed>\n").encode()


def host_of(feed):
    """Every feed has a loopback address of its own: how a program spaces requests to one host costs it nothing."""
    return f"127.{feed // 62_500 + 1}.{feed % 62_500 // 250}.{feed % 250 + 1}"


class Origin:
    """Serves `folders` in a forked process of its own, whose CPU time nobody counts with a child's.

    The ETag of a file is its time and size. `round` chooses which folders are looked into: the first `round` + 1, last
    first. `answers()` counts what was answered since it was last asked: {200: n, 304: n, 404: n}.
    """

    STATUSES = (200, 304, 404)

    def __init__(self, folders):
        self.folders = [str(folder) for folder in folders]
        self.shared = mmap.mmap(-1, 64)
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo\0")  # all of 127/8, nothing else
        self.listener.bind(("0.0.0.0", 0))
        self.listener.listen(CONNECTIONS)
        self.port = self.listener.getsockname()[1]
        parent = os.getpid()
        self.process = os.fork()
        if self.process == 0:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            try:
                asyncio.run(self.serve(parent))
            finally:
                os._exit(0)
        self.listener.close()

    def look_at(self, round_):
        self.shared[63] = round_

    def answers(self):
        counts = struct.unpack_from("3Q", self.shared)
        struct.pack_into("3Q", self.shared, 0, 0, 0, 0)
        return {status: count for status, count in zip(self.STATUSES, counts) if count}

    def stop(self):
        os.kill(self.process, signal.SIGTERM)
        os.waitpid(self.process, 0)

    async def serve(self, parent):
        server = await asyncio.get_running_loop().create_server(lambda: Connection(self), sock=self.listener)
        async with server:
            while os.getppid() == parent:
                await asyncio.sleep(1)

    def answer(self, head):
        """The bytes that answer a request's head."""
        lines = head.split("\r\n")
        name = os.path.basename(lines[0].split(" ")[1])
        headers = {key.lower(): value.strip() for key, _, value in (line.partition(":") for line in lines[1:])}
        for folder in reversed(self.folders[: self.shared[63] + 1]):
            path = f"{folder}/{name}"
            if name and os.path.exists(path):
                tag = etag_of(path)
                if headers.get("if-none-match") == tag:
                    self.count(1)
                    return f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n".encode()
                self.count(0)
                with open(path, "rb") as file:
                    body = file.read()
                kind = "application/feed+json" if name.endswith("json") else "application/xml"
                return f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nETag: {tag}\r\n\r\n".encode() + body
        self.count(2)
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"

    def count(self, place):
        struct.pack_into("Q", self.shared, place * 8, struct.unpack_from("Q", self.shared, place * 8)[0] + 1)


class Connection(asyncio.Protocol):
    def __init__(self, origin):
        self.origin, self.received = origin, b""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.received += data
        while b"\r\n\r\n" in self.received:
            head, self.received = self.received.split(b"\r\n\r\n", 1)
            self.transport.write(self.origin.answer(head.decode("latin-1")))


def etag_of(path):
    stat = os.stat(path)
    return f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'


def policy_text(names, port, shown):
    """A whole feeds.toml. With `shown` a section takes everything, else nothing is shown."""
    out = [
        '[network]\nname = "Bench"\naddress = "https://feeds.example.org"\ncontact = "bench@example.org"\n'
        f'languages = ["en"]\n\n[polling]\nallow = ["127.0.0.0/8:{port}"]\n\n'
    ]
    rules = [("all", "standing:partner")] if shown else [("health", "topic:health and standing:own")]
    out += [f'[[section]]\nid = "{slug}"\ntitle = {{ en = "{slug}" }}\nwhere = "{rule}"\n\n' for slug, rule in rules]
    for feed, name in enumerate(names):
        address = f"http://{host_of(feed)}:{port}/"
        out.append(
            f'[[source]]\nid = "site-{feed}"\nname = "Site {feed}"\nsite = "{address}"\nfeed = ["{address}{name}"]\n'
            'standing = "partner"\ntrust = "trusted"\nlanguage = "en"\n\n'
        )
    return "".join(out)
