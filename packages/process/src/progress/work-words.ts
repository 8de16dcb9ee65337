/**
 * Words that say that work goes on, or that a part of it is done, as an alternation for a RegExp. Only these: other verbs
 * are as often about something that is not progress, like `Retrying 3/5` or `Using 3 of 10 cores`.
 */
export const WORK = [
  'analy[sz](?:ing|ed)|build(?:ing)|built|chunk(?:ing|ed)|compil(?:ing|ed)|convert(?:ing|ed)|cop(?:ying|ied)',
  'decod(?:ing|ed)|download(?:ing|ed)|embedd(?:ing|ed)|encod(?:ing|ed)|export(?:ing|ed)|extract(?:ing|ed)|fetch(?:ing|ed)',
  'generat(?:ing|ed)|import(?:ing|ed)|index(?:ing|ed)|install(?:ing|ed)|load(?:ing|ed)|pars(?:ing|ed)|process(?:ing|ed)',
  'read(?:ing)?|render(?:ing|ed)|scann(?:ing|ed)|summari[sz](?:ing|ed)|train(?:ing|ed)|transcod(?:ing|ed)',
  'transcrib(?:ing|ed)|translat(?:ing|ed)|upload(?:ing|ed)|writing|written|wrote',
].join('|');
