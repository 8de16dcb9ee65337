export { describeTaskStore } from './describe-task-store.js';
export { FakeClock } from './fake-clock.js';
export type { StoreMethod } from '../forwarding-store.js';
export { type Fault, FaultStore, type RandomFaults } from './fault-store.js';
export type { OpenedStore, OpenOptions, OpenTaskStore } from './opened-store.js';
export {
  describeTaskMonitorModel,
  type ModelOptions,
  type Replay,
} from './model/describe-task-monitor-model.js';
