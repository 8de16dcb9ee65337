/** The part of `better-sqlite3` that is used, so that no types of it have to be installed. */
declare module 'better-sqlite3' {
  const Database: new (
    path: string,
    options: { readonly timeout: number },
  ) => import('./driver.js').Database;
  export default Database;
}
