/** A bundler's loader `text` makes a module of it. */
declare module '*.sql' {
  const text: string;
  export = text;
}
