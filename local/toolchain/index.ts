export { cleanToolchain, ensureToolchain } from './build';
export { tools } from './catalogue';
export { chartsFolder } from './charts';
export { BuildError } from './errors';
export { ensureGo, goVersion } from './go';
export { BUILD_BYTES, freeBytes, LARGER_DISK } from './places';
export { type Found, findAll, type Toolchain } from './resolve';
