import { cutLength } from './ffmpeg-length.js';

const lengthOf = (command: string, inputSeconds = 100) =>
  cutLength(command.split(' '))(inputSeconds);

describe('cutLength', () => {
  it.each([
    ['ffmpeg -i in.mkv out.mp4', 100],
    ['ffmpeg -i in.mkv -t 20 out.mp4', 20],
    ['ffmpeg -t 00:00:20.5 -i in.mkv out.mp4', 20.5],
    ['ffmpeg -i in.mkv -t 500 out.mp4', 100],
    ['ffmpeg -ss 30 -i in.mkv out.mp4', 70],
    ['/usr/bin/ffmpeg -ss 30 -t 20 -i in.mkv out.mp4', 20],
    ['ffmpeg -ss 90 -i in.mkv -t 20 out.mp4', 10],
    ['ffmpeg -i in.mkv -ss 30 -to 50 out.mp4', 20],
    ['ffmpeg -ss 30 -to 50 -i in.mkv out.mp4', 20],
    ['ffmpeg -ss 30 -i in.mkv -to 50 out.mp4', 50],
    ['ffmpeg -ss 1:30 -i in.mkv out.mp4', 10],
    ['ffmpeg -ss 300 -i in.mkv out.mp4', 0],
  ])('of %s is %d s of 100', (command, seconds) => {
    expect(lengthOf(command)).toBe(seconds);
  });

  it.each([
    'ffmpeg -i a.mkv -i b.mkv -t 20 out.mp4',
    'ffmpeg -i a.mkv -t 20 one.mp4 -t 30 two.mp4',
    'ffmpeg -i a.mkv -t 20ms out.mp4',
    'ffmpeg -sseof -10 -i a.mkv out.mp4',
    'ffmpeg -copyts -ss 30 -i a.mkv out.mp4',
    'ffmpeg -i a.mkv -ss',
    'sh -c ffmpeg -i a.mkv -t 20 out.mp4',
    '',
  ])('of %s is that of the input', (command) => {
    expect(lengthOf(command)).toBe(100);
  });
});
