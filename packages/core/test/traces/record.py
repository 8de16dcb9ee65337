#!/usr/bin/env python3
"""Records how far programs are over time, into the files beside this one: steady.jsonl, slowing.jsonl and
bursty.jsonl.

Every trace is a real run: a loop under tqdm over real work, or ffmpeg at a generated clip. What differs between the runs of
one program is its seed, which decides its sizes. Times depend on the machine and on what else it does; nothing is made up,
smoothed or left out, but that points less than 1/200 of the whole run apart are thinned.

Run it with a Python that has tqdm (Debian: apt-get install ffmpeg python3-tqdm), from any directory:
    /usr/bin/python3 packages/core/test/traces/record.py [first seed] [folder]
It takes some minutes, at two programs at a time.
"""
import concurrent.futures
import json
import pathlib
import subprocess
import sys
import time

RUNS = 8

PROLOGUE = """
import hashlib, http.client, http.server, json, os, random, sys, tempfile, threading, time, zlib
from tqdm import tqdm as plain
random.seed(SEED)
class tqdm(plain):
    def display(self, *args, **kwargs):
        print(json.dumps([self.n, self.total]), flush=True)
        return True
    def __init__(self, *args, **options):
        super().__init__(*args, mininterval=0.02, miniters=1, file=sys.stderr, **options)
"""

STEADY = {
    # Checksums of blocks of one size.
    'checksums': """
block = random.randbytes(2**20)
for _ in tqdm(range(random.randint(1500, 3000))): hashlib.sha256(block).digest()
""",
    # Compression of documents of about one size.
    'compression': """
words = [random.randbytes(3).hex() for _ in range(2000)]
for _ in tqdm(range(random.randint(100, 200))):
    zlib.compress(' '.join(random.choices(words, k=random.randint(28000, 32000))).encode())
""",
}

SLOWING = {
    # Each document is compared with all before it.
    'duplicates': """
seen = []
for _ in tqdm(range(random.randint(13_000, 19_000))):
    one = random.random()
    if one not in seen: seen.append(one)
""",
    # Primes by trial division: the larger the number, the more divisors.
    'primes': """
for first in tqdm(range(2, random.randint(300_000, 450_000), 1000)):
    for number in range(first, first + 1000): all(number % divisor for divisor in range(2, int(number**0.5) + 1))
""",
    # A report that is written anew, whole, with each chapter, after as much work for the chapter itself.
    'report': """
report, chapter = b'', random.randbytes(30_000)
for _ in tqdm(range(random.randint(100, 150))):
    report += chapter
    zlib.compress(report[-600_000:])
    hashlib.sha256(report * 4).digest()
""",
}

BURSTY = {
    # Files of very unequal sizes, counted as files.
    'files': """
text = random.randbytes(2**21).hex().encode()
for _ in tqdm(range(random.randint(150, 400))):
    zlib.compress(text[:min(len(text), int(10_000 * random.paretovariate(0.9)))], 6)
""",
    # Records that are taken in at once, and packed and written to disk a batch at a time.
    'batches': """
total, waiting, room = random.randint(5000, 8000), [], random.randint(100, 700)
with tempfile.TemporaryFile() as file:
    for number in tqdm(range(total)):
        waiting.append(random.randbytes(1024))
        if len(waiting) == room or number == total - 1:
            file.write(zlib.compress(b''.join(waiting) * 8, 6)); file.flush(); os.fsync(file.fileno())
            waiting, room = [], random.randint(100, 700)
""",
    # A service that lets so many calls through and then says for how long to wait.
    'rate-limit': """
class Service(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    allowed, until = 0, 0.0
    def do_GET(self):
        now = time.monotonic()
        if now >= Service.until: Service.allowed, Service.until = random.randint(10, 40), now + random.uniform(0.2, 0.6)
        Service.allowed -= 1
        self.send_response(200 if Service.allowed >= 0 else 429)
        self.send_header('Retry-After', str(max(0, Service.until - now)))
        self.send_header('Content-Length', '0')
        self.end_headers()
    def log_message(self, *args): pass
server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Service)
threading.Thread(target=server.serve_forever, daemon=True).start()
client = http.client.HTTPConnection(*server.server_address)
for _ in tqdm(range(random.randint(200, 400))):
    while True:
        client.request('GET', '/'); answer = client.getresponse(); answer.read()
        if answer.status == 200: break
        time.sleep(float(answer.headers['Retry-After']))
""",
}


def loop(body, seed):
    """A program of its own, so that every trace begins with a process that starts."""
    return [sys.executable, '-c', PROLOGUE.replace('SEED', str(seed)) + body], None


def encoding(source, seconds):
    command = ['ffmpeg', '-nostdin', '-v', 'error', '-stats_period', '0.1', '-progress', 'pipe:1', '-f', 'lavfi',
               '-i', source, '-t', str(seconds), '-c:v', 'mpeg4', '-threads', '1', '-f', 'null', '-']
    return command, seconds * 1e6


def reported(line, microseconds):
    """What a line says: how far, of how much; or nothing."""
    if microseconds is None:
        current, total = json.loads(line)
        return current, total
    name, _, value = line.partition('=')
    if name != 'out_time_us' or not value.strip().isdigit():
        return None
    return min(int(value), microseconds), microseconds


def record(name, seed, command, microseconds):
    start = time.monotonic()
    points = []
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        for line in child.stdout:
            told = reported(line, microseconds)
            if told is not None:
                points.append((time.monotonic() - start, told[0] / told[1]))
        errors = child.stderr.read()
    if child.returncode != 0:
        raise RuntimeError(f'{name} {seed}: {errors}')
    return {'program': name, 'seed': seed, 'endsAtMs': ms(time.monotonic() - start), 'points': thinned(points)}


def thinned(points):
    least, kept = points[-1][0] / 200, []
    for seconds, fraction in points:
        if not kept or seconds - kept[-1][0] >= least:
            kept.append((seconds, fraction))
    return [[ms(seconds), round(fraction, 5)] for seconds, fraction in kept]


def ms(seconds):
    return round(seconds * 1000)


def main(first=1, folder=pathlib.Path(__file__).parent):
    seeds = range(first, first + RUNS)
    shapes = {}
    for shape, programs in (('steady', STEADY), ('slowing', SLOWING), ('bursty', BURSTY)):
        shapes[shape] = [(name, seed, *loop(body, seed)) for name, body in programs.items() for seed in seeds]
    # Frames of one size are encoded at one speed.
    shapes['steady'] += [('encoding', seed, *encoding('testsrc2=s=640x360:r=25', 120 + 20 * (seed % 8))) for seed in seeds]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for shape, runs in shapes.items():
            traces = list(pool.map(lambda run: record(*run), runs))
            lines = ''.join(json.dumps(trace, separators=(',', ':')) + '\n' for trace in traces)
            (folder / f'{shape}.jsonl').write_text(lines)
            print(shape, len(traces), 'traces', sum(len(trace['points']) for trace in traces), 'points', flush=True)


if __name__ == '__main__':
    main(*[kind(given) for kind, given in zip((int, pathlib.Path), sys.argv[1:])])
