#!/usr/bin/env python3
"""Records what tqdm and ffmpeg write, byte by byte, into the files beside this one.

Run it with a Python that has tqdm (Debian: apt-get install ffmpeg python3-tqdm), from any directory:
    /usr/bin/python3 packages/process/test/recordings/record.py
Rates and times differ from run to run; the tests look at counts only.
"""
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent

BARS = {
    'segments': "for _ in tqdm(range(5), desc='embedding', unit='segments'): pass",
    'ascii': "for _ in tqdm(range(4), ascii=True): pass",
    'nested': """
for i in trange(2, desc='outer'):
    for j in trange(3, desc='inner', leave=False): pass""",
    'nested-deep': """
for i in trange(2, desc='epoch', unit='epoch'):
    for j in trange(2, unit='batch'):
        for k in trange(2, desc='copy', ascii=' >='): pass""",
    'unknown-total': "for _ in tqdm(iter(range(4)), desc='reading', unit=' lines'): pass",
    'unknown-scaled': """
bar = tqdm(unit='B', unit_scale=True)
for _ in range(4): bar.update(400_000)
bar.close()""",
    'scaled': """
bar = tqdm(total=3_400_000, unit='B', unit_scale=True, desc='model.bin: part 1')
for _ in range(3): bar.update(1_000_000)
bar.set_postfix(loss=[0.1], acc='55%')
bar.update(400_000)
bar.close()""",
    'scaled-1024': """
bar = tqdm(total=3 * 2**20, unit='iB', unit_scale=True, unit_divisor=1024)
for _ in range(3): bar.update(2**20)
bar.close()""",
    'no-bar': "for _ in tqdm(range(3), ncols=0): pass",
    'colour': "for _ in tqdm(range(3), ncols=40, colour='green'): pass",
    'overrun': """
bar = tqdm(total=3, desc='over')
for _ in range(5): bar.update(1)
bar.close()""",
    'empty': "for _ in tqdm([], desc='nothing'): pass",
    'zero-total': "tqdm(total=0, desc='zero').close()",
    'bar-only': "for _ in tqdm(range(3), bar_format='{l_bar}{bar}|'): pass",
    'slow': """
import time
for _ in tqdm(range(2), unit='video'): time.sleep(1.1)""",
    'fractions': """
bar = tqdm(total=10, initial=4)
bar.update(2.5)
bar.close()""",
    'with-log': """
tqdm.write('before', file=sys.stderr)
for i in tqdm(range(4), desc='work'):
    if i == 1: tqdm.write('through tqdm', file=sys.stderr)
    if i == 3: print('WARNING past tqdm', file=sys.stderr)""",
}

PROLOGUE = """
import sys
from functools import partial
from tqdm import tqdm as plain
class tqdm(plain):
    def __init__(self, *args, **options):
        super().__init__(*args, mininterval=0, miniters=1, **options)
trange = lambda n, **options: tqdm(range(n), **options)
"""


def record(name, command, cwd=None):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, cwd=cwd, check=True)
    for stream, written in (('stdout', done.stdout), ('stderr', done.stderr)):
        if written:
            (HERE / f'{name}.{stream}.txt').write_bytes(written)


for name, script in BARS.items():
    record(f'tqdm-{name}', [sys.executable, '-u', '-c', PROLOGUE + script])

with tempfile.TemporaryDirectory() as folder:
    ffmpeg = ['ffmpeg', '-hide_banner', '-nostdin', '-y', '-stats_period', '0.05']
    source = 'testsrc=duration={}:size=640x360:rate=25'
    for name, seconds in (('long', 30), ('short', 4)):
        source_of = ['-f', 'lavfi', '-i', source.format(seconds), '-c:v', 'mpeg4', f'{name}.mkv']
        subprocess.run(ffmpeg + source_of, cwd=folder, check=True, capture_output=True)
    encode = ['-c:v', 'mpeg4', '-f', 'null', '-']
    record('ffmpeg-stats', ffmpeg + ['-i', 'long.mkv'] + encode, folder)
    record('ffmpeg-progress', ffmpeg + ['-progress', 'pipe:1', '-i', 'long.mkv'] + encode, folder)
    # The length of a generated input is not known.
    record('ffmpeg-no-length', ffmpeg + ['-f', 'lavfi', '-i', source.format(12)] + encode, folder)
    join = ['-i', 'long.mkv', '-i', 'short.mkv', '-filter_complex', '[0:v][1:v]concat']
    record('ffmpeg-joined', ffmpeg + join + encode, folder)
    tone = ['-f', 'lavfi', '-i', 'sine=duration=600', 'tone.flac']
    subprocess.run(ffmpeg + tone, cwd=folder, check=True, capture_output=True)
    record('ffmpeg-audio', ffmpeg + ['-progress', 'pipe:1', '-nostats', '-i', 'tone.flac', '-f', 'null', '-'], folder)
