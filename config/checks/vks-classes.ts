import { Memory } from '../../base/quantity';
import { nearest } from '../../base/text';
import type { Sound, VksDocument } from '../document';
import type { Path, UnplacedMistake } from '../mistakes';
import { KNOWN_VM_CLASSES } from '../models/vm-classes';

/** What vSphere counts VMs' memory in. */
const GRAIN = Memory.mebibytes(4);

/** That every VM class is known and can be made. */
export function checkVmClasses(at: Path, vks: Sound<VksDocument>): UnplacedMistake[] {
  const { vmClasses = {}, pools, controlPlane } = vks;
  const own = Object.keys(vmClasses);
  const known = [...KNOWN_VM_CLASSES.map(({ name }) => name), ...own];
  const gpuClass = pools?.gpu?.gpuClass;
  const users: [Path, string | undefined][] = [
    [['controlPlane'], controlPlane?.vmClass],
    [['pools', 'system'], pools?.system?.vmClass],
    [['pools', 'gateway'], pools?.gateway?.vmClass],
    [['pools', 'gpu'], pools?.gpu?.vmClass],
  ];
  return [
    ...users.flatMap(([user, name]) =>
      name === undefined || known.includes(name)
        ? []
        : [refuseUnknown([...at, ...user, 'vmClass'], name, known)],
    ),
    ...own.flatMap((name) => {
      const here = [...at, 'vmClasses', name];
      const document = vmClasses[name];
      return [
        ...refuseGrain([...here, 'memory'], document?.memory),
        ...refuseReservation(
          [...here, 'memoryReservation'],
          document?.memoryReservation,
          document?.gpus ?? 0,
        ),
        ...(KNOWN_VM_CLASSES.some((other) => other.name === name) ? [refuseTaken(here, name)] : []),
        ...(document?.create === true && (document.gpus ?? 0) > 0 ? [refuseMade(here)] : []),
      ];
    }),
    ...(gpuClass === undefined
      ? []
      : [
          ...refuseGrain([...at, 'pools', 'gpu', 'gpuClass', 'memory'], gpuClass.memory),
          ...refuseReservation(
            [...at, 'pools', 'gpu', 'gpuClass', 'memoryReservation'],
            gpuClass.memoryReservation,
            gpuClass.devices ?? 1,
          ),
          ...(gpuClass.name !== undefined && known.includes(gpuClass.name)
            ? [refuseTaken([...at, 'pools', 'gpu', 'gpuClass', 'name'], gpuClass.name)]
            : []),
        ]),
  ];
}

function refuseUnknown(at: Path, name: string, known: readonly string[]): UnplacedMistake {
  const meant = nearest(name, known);
  return {
    at,
    value: name,
    problem: `nobody knows how large ${name} is: it is none of vSphere's default classes and none of vmClasses`,
    fix:
      meant === undefined
        ? 'write its size into vmClasses'
        : `did you mean ${meant}; else write its size into vmClasses`,
  };
}

function refuseGrain(at: Path, memory: string | undefined): UnplacedMistake[] {
  if (memory === undefined) return [];
  const { bytes } = Memory.parse(memory);
  if (bytes % GRAIN.bytes === 0) return [];
  const below = Memory.bytes(bytes - (bytes % GRAIN.bytes));
  return [
    {
      at,
      value: memory,
      problem: `${memory} is not a multiple of 4 MB, in which vSphere counts the memory of a VM`,
      fix: `use ${below.bytes === 0 ? GRAIN : below}`,
    },
  ];
}

function refuseReservation(at: Path, percent: number | undefined, gpus: number): UnplacedMistake[] {
  if (gpus === 0 || percent === undefined || percent === 100) return [];
  return [
    {
      at,
      value: percent,
      problem: `${percent} % of the memory is reserved, and a VM with GPUs starts with all of it only: the devices reach every page`,
      fix: 'use 100, or leave it out',
    },
  ];
}

function refuseTaken(at: Path, name: string): UnplacedMistake {
  return {
    at,
    value: name,
    problem: `there is a VM class ${name} already, and the vCenter has one of each name`,
    fix: 'choose another name',
  };
}

function refuseMade(at: Path): UnplacedMistake {
  return {
    at: [...at, 'create'],
    value: true,
    problem: 'a class with GPUs takes a device group, which this way of making one cannot say',
    fix: 'use pools.gpu.gpuClass',
  };
}
