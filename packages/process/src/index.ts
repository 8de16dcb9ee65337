export { attach } from './attach.js';
export type { ChildEnvironment } from './child-environment.js';
export type { AttachOptions, RunCommandOptions } from './command-options.js';
export type { CommandResult } from './follow-child.js';
export type { ProgressFormat, ProgressOption, ProgressParser } from './progress/formats.js';
export { runCommand } from './run-command.js';
export type { StopSignal, StopSignalOption } from './stop-signal.js';
