/** What `cdk` runs: the stack of the stage named with `-c stage=…`, staging unless said. */
import { registry } from '../workflows/registry.ts';
import { readConfiguration } from './configuration.ts';
import { loadMachines } from './machines.ts';
import { addOak, makeApp } from './oak.ts';

const app = makeApp();
const stage = String(app.node.tryGetContext('stage') ?? 'staging');
addOak(app, readConfiguration(stage), await loadMachines(registry.map(({ kind }) => kind)));
app.synth();
