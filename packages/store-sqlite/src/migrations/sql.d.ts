/** Builds and tests put the text of the file in place of the import. */
declare module '*.sql' {
  const text: string;
  export default text;
}
