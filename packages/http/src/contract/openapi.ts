import type { OpenApiDocument } from '../openapi/document.js';
import { anyObject } from './schema.js';

export const OPENAPI = anyObject<OpenApiDocument>('An OpenAPI 3.1 document.');
