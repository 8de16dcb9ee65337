import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import express from 'express';
import request from 'supertest';
import { shareHiddenClass } from './hidden-class.js';

const known = ({ ...properties }: IncomingMessage | ServerResponse) => properties;

describe('shareHiddenClass', () => {
  it.each([
    ['Express', (listener: Listener) => express().use(listener)],
    ['node:http', (listener: Listener) => listener],
  ])('leaves request and answer of %s as they were', async (_, served) => {
    const server = createServer(
      served((req, res) => {
        const [ofRequest, ofAnswer] = [known(req), known(res)];
        shareHiddenClass(req, res);
        expect(known(req)).toEqual(ofRequest);
        expect(known(res)).toEqual(ofAnswer);
        res.end(`${req.httpVersion} ${res.shouldKeepAlive}`);
      }),
    );
    await request(server).get('/').set('Connection', 'close').expect(200, '1.1 false');
  });
});

describe('what stands for a request of node:http', () => {
  it.each([
    [
      'has the property on its prototype',
      Object.create({
        get httpVersionMinor() {
          return 0;
        },
      }),
    ],
    ['has none', Object.create({})],
    ['is frozen', Object.freeze(Object.assign(Object.create({}), { httpVersionMinor: 1 }))],
    [
      'takes no more',
      Object.preventExtensions(Object.assign(Object.create({}), { httpVersionMinor: 1 })),
    ],
  ] as [string, IncomingMessage][])('is left alone where it %s', (_, req) => {
    const before = Object.getOwnPropertyDescriptors(req);
    shareHiddenClass(req, Object.create({}) as ServerResponse);
    expect(Object.getOwnPropertyDescriptors(req)).toEqual(before);
  });
});

type Listener = (req: IncomingMessage, res: ServerResponse) => void;
