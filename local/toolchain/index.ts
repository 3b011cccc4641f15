export { ensureToolchain } from './build';
export { tools } from './catalogue';
export { ensureCharts } from './charts';
export { BuildError } from './errors';
export { ensureGo, goVersion } from './go';
export { type Found, findAll, type Toolchain } from './resolve';
