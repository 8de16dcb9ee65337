import { describeTaskStore } from '@task-monitor/core/testing';
import { DRIVERS } from '../test/drivers.js';
import { openWith } from '../test/opened.js';

for (const driver of DRIVERS) describeTaskStore(`SqliteStore by ${driver}`, openWith({ driver }));
