import * as pulumi from '@pulumi/pulumi';
import * as vsphere from '@pulumi/vsphere';
import { type Platform, PROJECT, type VCenter, type VksCluster } from '../config';
import { GpuVmClass } from './gpu-class';
import { isOffline } from './offline';
import { readySupervisor } from './supervisor-lookup';
import { withVCenter } from './vcenter';

/** What a Cluster needs of vSphere. */
export interface VSphereLayer {
  /** What the Cluster must wait for; empty where nothing of vSphere is made. */
  readonly dependsOn: readonly pulumi.Resource[];
}

interface Parts {
  readonly cluster: VksCluster;
  readonly vcenter: VCenter;
  readonly password: pulumi.Output<string>;
  readonly offline: boolean;
  /** Of everything that the provider of vSphere makes. */
  readonly options: pulumi.CustomResourceOptions;
  /** Of everything that is looked up. */
  readonly asked: pulumi.InvokeOutputOptions;
}

/**
 * The part of a VKS cluster that is in vCenter: content library, storage policy, VM classes and the vSphere
 * Namespace that has them. Makes nothing where the document names no vCenter.
 *
 * The Supervisor is a prerequisite and only looked up; `enableSupervisor` is for who wants to make it as well.
 */
export function vsphereLayer(
  { cluster }: Platform,
  options: pulumi.ComponentResourceOptions = {},
): VSphereLayer {
  if (cluster.kind !== 'vks' || cluster.vcenter === undefined) return { dependsOn: [] };
  return { dependsOn: [new VSphere('vsphere', cluster, cluster.vcenter, options)] };
}

/** What the platform has in vCenter, as one component. */
class VSphere extends pulumi.ComponentResource {
  constructor(name: string, cluster: VksCluster, vcenter: VCenter, options: pulumi.ComponentResourceOptions) {
    super('vcf-ai-platform:stacks:VSphere', name, {}, options);
    const password = new pulumi.Config().requireSecret(vcenter.passwordSecret);
    const offline = isOffline();
    const provider = usesPlugin(cluster)
      ? new vsphere.Provider(
          'vcenter',
          {
            // Unknown, it keeps the engine from configuring the plugin, which logs in at once.
            vsphereServer: offline ? unknown() : vcenter.server,
            user: vcenter.user,
            password,
            allowUnverifiedSsl: vcenter.allowUnverifiedSsl,
          },
          { parent: this },
        )
      : undefined;
    const parts: Parts = {
      cluster,
      vcenter,
      password,
      offline,
      options: { parent: this, ...(provider && { provider }) },
      asked: { parent: this, ...(provider && { provider }) },
    };
    const classes = [...vmClasses(parts), ...gpuClass(parts, this)];
    if (cluster.namespace.manage) vsphereNamespace(parts, classes);
    this.registerOutputs({ namespace: cluster.namespace.name });
  }
}

/** Whether anything is made that the plugin of the vSphere provider makes; a GPU class needs none. */
function usesPlugin({ namespace, controlPlane, pools }: VksCluster): boolean {
  return namespace.manage || plainClasses({ controlPlane, pools }).length > 0;
}

/** The VM classes of all nodes, each once, by name. */
function usedClasses({
  controlPlane,
  pools: { system, gateway, gpu },
}: Pick<VksCluster, 'controlPlane' | 'pools'>) {
  const all = [controlPlane, system, gateway, gpu].flatMap((owner) => owner?.vmClass ?? []);
  return [...new Map(all.map((vmClass) => [vmClass.name, vmClass])).values()];
}

/** Those that are made here and have no GPU. */
function plainClasses(parts: Pick<VksCluster, 'controlPlane' | 'pools'>) {
  return usedClasses(parts).filter(({ create, gpus }) => create && gpus === 0);
}

/** vSphere counts memory in units of 2^20 bytes and calls them MB. */
const megabytes = ({ bytes }: { readonly bytes: number }) => bytes / 2 ** 20;

const gigabytes = ({ bytes }: { readonly bytes: number }) => bytes / 2 ** 30;

function vmClasses({ cluster, options }: Parts): pulumi.Resource[] {
  return plainClasses(cluster).map(
    ({ name, cpus, memory, cpuReservation, memoryReservation }) =>
      new vsphere.VirtualMachineClass(
        name,
        {
          name,
          cpus: cpus.millicores / 1000,
          memory: megabytes(memory),
          ...(cpuReservation !== undefined && { cpuReservation }),
          ...(memoryReservation !== undefined && { memoryReservation }),
        },
        options,
      ),
  );
}

function gpuClass({ cluster, vcenter }: Parts, parent: pulumi.Resource): pulumi.Resource[] {
  const { gpu } = cluster.pools;
  if (gpu?.device === undefined) return [];
  const { vmClass, device } = gpu;
  const { server, user, passwordSecret, allowUnverifiedSsl, datacenter, computeCluster } = vcenter;
  const { profile, devices, deviceGroup, mmio, unifiedMemory } = device;
  return [
    new GpuVmClass(
      vmClass.name,
      {
        ...{ server, user, allowUnverifiedSsl, datacenter, computeCluster },
        passwordKey: `${PROJECT}:${passwordSecret}`,
        name: vmClass.name,
        description: `${pulumi.getProject()}, stack ${pulumi.getStack()}`,
        cpus: vmClass.cpus.millicores / 1000,
        memoryMb: megabytes(vmClass.memory),
        cpuReservation: vmClass.cpuReservation ?? 0,
        ...{ profile, devices, unifiedMemory },
        ...(deviceGroup !== undefined && { deviceGroup }),
        mmioGb: gigabytes(mmio),
      },
      { parent },
    ),
  ];
}

/** A storage policy of the platform's own: every datastore that has the tag. */
function tagPolicy({ cluster: { namespace }, options }: Parts): pulumi.Output<string>[] {
  if (namespace.tagPolicy === undefined) return [];
  const { name, category, tag } = namespace.tagPolicy;
  const tagCategory = new vsphere.TagCategory(
    category,
    { name: category, cardinality: 'MULTIPLE', associableTypes: ['Datastore'] },
    // vCenter may answer `urn:vim25:Datastore` for what it was given as Datastore, which the provider takes for a
    // change, and then for a type that was removed, which no category allows.
    { ...options, ignoreChanges: ['associableTypes'] },
  );
  const made = new vsphere.Tag(tag, { name: tag, categoryId: tagCategory.id }, options);
  const policy = new vsphere.VmStoragePolicy(
    name,
    {
      name,
      tagRules: [{ tagCategory: tagCategory.name, tags: [made.name], includeDatastoresWithTags: true }],
    },
    options,
  );
  return [policy.id];
}

/** The library with the node images: subscribed to, or looked up. */
function contentLibrary({ cluster, vcenter, offline, options, asked }: Parts): pulumi.Output<string>[] {
  const library = cluster.namespace.contentLibrary;
  if (library === undefined) return [];
  const { name, subscriptionUrl, datastore } = library;
  if (subscriptionUrl === undefined)
    return [vsphere.getContentLibraryOutput({ name: nameOf(name, offline) }, asked).id];
  const datacenterId = vsphere.getDatacenterOutput({ name: nameOf(vcenter.datacenter, offline) }, asked).id;
  const backing = vsphere.getDatastoreOutput({ name: nameOf(datastore ?? '', offline), datacenterId }, asked);
  const made = new vsphere.ContentLibrary(
    name,
    {
      name,
      storageBackings: [backing.id],
      // On demand: an image is fetched when the first node of its release is made.
      subscription: { subscriptionUrl, authenticationMethod: 'NONE', automaticSync: true, onDemand: true },
    },
    options,
  );
  return [made.id];
}

/** @param classes What must be there before the Namespace can have it, and as long as it does. */
function vsphereNamespace(parts: Parts, classes: readonly pulumi.Resource[]): void {
  const { cluster, offline, options, asked } = parts;
  const { name, storagePolicies } = cluster.namespace;
  new vsphere.Namespace(
    name,
    {
      name,
      supervisor: supervisorOf(parts),
      storagePolicies: [
        ...storagePolicies.map(
          (policy) => vsphere.getPolicyOutput({ name: nameOf(policy, offline) }, asked).id,
        ),
        ...tagPolicy(parts),
      ],
      vmServices: [
        {
          vmClasses: usedClasses(cluster).map((vmClass) => vmClass.name),
          contentLibraries: contentLibrary(parts),
        },
      ],
    },
    { ...options, dependsOn: [...classes] },
  );
}

/** The Supervisor's id, once it is one that runs. The vSphere provider has no look-up for it. */
function supervisorOf({ cluster, vcenter, password, offline }: Parts): pulumi.Output<string> {
  const { id = '' } = cluster.supervisor;
  if (offline) return unknown();
  const { server, user, allowUnverifiedSsl } = vcenter;
  const found = password.apply(async (value) => {
    try {
      const login = { server, user, password: value, allowUnverifiedSsl };
      return await withVCenter(login, (api) => readySupervisor(api, id));
    } catch (error) {
      throw error instanceof Error
        ? new pulumi.RunError(`✗ cluster.vks.supervisor.id: ${error.message}`)
        : error;
    }
  });
  return pulumi.unsecret(found);
}

/** What a look-up asks for; one that asks for an unknown name waits until it is known. */
const nameOf = (name: string, offline: boolean): pulumi.Input<string> => (offline ? unknown() : name);

/** A value that the engine does not know yet; the SDK has it, and no word for it in its types. */
function unknown(): pulumi.Output<string> {
  return pulumi.output((pulumi as unknown as { readonly unknown: string }).unknown);
}
