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
    problem: `the size of ${name} is unknown: it is neither a default VM class of vSphere nor in vmClasses`,
    fix:
      meant === undefined
        ? 'add its size to vmClasses'
        : `did you mean ${meant}; otherwise add its size to vmClasses`,
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
      problem: `${memory} is not a multiple of 4 MB, the unit in which vSphere allocates the memory of a VM`,
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
      problem: `${percent} % of the memory is reserved, and a VM with GPUs starts only when all of its memory is reserved`,
      fix: 'use 100, or remove it',
    },
  ];
}

function refuseTaken(at: Path, name: string): UnplacedMistake {
  return {
    at,
    value: name,
    problem: `VM class ${name} already exists, and names of VM classes are unique in a vCenter`,
    fix: 'choose another name',
  };
}

function refuseMade(at: Path): UnplacedMistake {
  return {
    at: [...at, 'create'],
    value: true,
    problem: 'a VM class with GPUs needs a device group, which vmClasses cannot create',
    fix: 'use pools.gpu.gpuClass',
  };
}
