export type { PostgresPool, PostgresStoreOptions } from './postgres-options.js';
export { PostgresStore } from './postgres-store.js';
