import { IncomingMessage, type ServerResponse } from 'node:http';

/**
 * Makes the objects of a request quick to use again. Express gives each of them another prototype, and then V8 before its
 * version 13 (Node 24) no longer knows that they are alike: every property that is added makes a hidden class that no other
 * request has, and what Node does with the answer looks up each property from scratch, which takes longer than all the rest.
 * An object that lost a property is a dictionary, and dictionaries with one prototype share their class. So each loses one,
 * and gets it back at once.
 *
 * In Node 20 and 22 an answer takes a third and a quarter less processor time; from Node 24 on it would take a bit more, so nothing
 * is done there.
 */
export function shareHiddenClass(req: IncomingMessage, res: ServerResponse): void {
  if (!CLASSES_ARE_LOST || Object.getPrototypeOf(req) === IncomingMessage.prototype) return;
  becomeDictionary(req, 'httpVersionMinor');
  becomeDictionary(res, 'shouldKeepAlive');
}

/** What stands for a request of `node:http`, as that of HTTP/2 does, may have the property otherwise, or not at all: it is left alone. */
function becomeDictionary(object: object, name: string): void {
  const property = Object.getOwnPropertyDescriptor(object, name);
  if (!property?.configurable || !property.writable || !Object.isExtensible(object)) return;
  Reflect.deleteProperty(object, name);
  Reflect.set(object, name, property.value);
}

const CLASSES_ARE_LOST = Number.parseInt(process.versions.v8) < 13;
