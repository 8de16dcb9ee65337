export type { ChildEnvironment } from './child-environment.js';
export type { RunCommandOptions } from './command-options.js';
export type { ProgressFormat, ProgressOption, ProgressParser } from './progress/formats.js';
export { type CommandResult, runCommand } from './run-command.js';
