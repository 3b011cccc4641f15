// Generated from schema.json by scripts/generate-vsphere.ts; not to be edited.
import type * as pulumi from '@pulumi/pulumi';

export declare namespace types.input {
interface ContentLibraryPublication {
  authenticationMethod?: pulumi.Input<string | undefined>;
  password?: pulumi.Input<string | undefined>;
  publishUrl?: pulumi.Input<string | undefined>;
  published?: pulumi.Input<boolean | undefined>;
  username?: pulumi.Input<string | undefined>;
}
interface ContentLibrarySubscription {
  authenticationMethod?: pulumi.Input<string | undefined>;
  automaticSync?: pulumi.Input<boolean | undefined>;
  onDemand?: pulumi.Input<boolean | undefined>;
  password?: pulumi.Input<string | undefined>;
  subscriptionUrl?: pulumi.Input<string | undefined>;
  username?: pulumi.Input<string | undefined>;
}
interface NamespaceVmService {
  contentLibraries?: pulumi.Input<pulumi.Input<string>[] | undefined>;
  vmClasses?: pulumi.Input<pulumi.Input<string>[] | undefined>;
}
interface SupervisorV2ControlPlane {
  count?: pulumi.Input<number | undefined>;
  network: pulumi.Input<types.input.SupervisorV2ControlPlaneNetwork>;
  size?: pulumi.Input<string | undefined>;
  storagePolicy?: pulumi.Input<string | undefined>;
}
interface SupervisorV2ControlPlaneNetwork {
  backing: pulumi.Input<types.input.SupervisorV2ControlPlaneNetworkBacking>;
  floatingIp?: pulumi.Input<string | undefined>;
  ipManagement?: pulumi.Input<types.input.SupervisorV2ControlPlaneNetworkIpManagement | undefined>;
  network?: pulumi.Input<string | undefined>;
  proxy?: pulumi.Input<types.input.SupervisorV2ControlPlaneNetworkProxy | undefined>;
  services?: pulumi.Input<types.input.SupervisorV2ControlPlaneNetworkServices | undefined>;
}
interface SupervisorV2ControlPlaneNetworkBacking {
  network?: pulumi.Input<string | undefined>;
  segments?: pulumi.Input<pulumi.Input<string>[] | undefined>;
}
interface SupervisorV2ControlPlaneNetworkIpManagement {
  dhcpEnabled?: pulumi.Input<boolean | undefined>;
  gatewayAddress?: pulumi.Input<string | undefined>;
  ipAssignments?: pulumi.Input<pulumi.Input<types.input.SupervisorV2ControlPlaneNetworkIpManagementIpAssignment>[] | undefined>;
}
interface SupervisorV2ControlPlaneNetworkIpManagementIpAssignment {
  assignee?: pulumi.Input<string | undefined>;
  ranges?: pulumi.Input<pulumi.Input<types.input.SupervisorV2ControlPlaneNetworkIpManagementIpAssignmentRange>[] | undefined>;
}
interface SupervisorV2ControlPlaneNetworkIpManagementIpAssignmentRange {
  address: pulumi.Input<string>;
  count: pulumi.Input<number>;
}
interface SupervisorV2ControlPlaneNetworkProxy {
  httpConfig?: pulumi.Input<string | undefined>;
  httpsConfig?: pulumi.Input<string | undefined>;
  noProxyConfigs?: pulumi.Input<pulumi.Input<string>[] | undefined>;
  settingsSource: pulumi.Input<string>;
  tlsRootCaBundle?: pulumi.Input<string | undefined>;
}
interface SupervisorV2ControlPlaneNetworkServices {
  dns?: pulumi.Input<types.input.SupervisorV2ControlPlaneNetworkServicesDns | undefined>;
  ntp?: pulumi.Input<types.input.SupervisorV2ControlPlaneNetworkServicesNtp | undefined>;
}
interface SupervisorV2ControlPlaneNetworkServicesDns {
  searchDomains: pulumi.Input<pulumi.Input<string>[]>;
  servers: pulumi.Input<pulumi.Input<string>[]>;
}
interface SupervisorV2ControlPlaneNetworkServicesNtp {
  servers: pulumi.Input<pulumi.Input<string>[]>;
}
interface SupervisorV2Workloads {
  edge: pulumi.Input<types.input.SupervisorV2WorkloadsEdge>;
  images?: pulumi.Input<types.input.SupervisorV2WorkloadsImages | undefined>;
  kubeApiServerOptions: pulumi.Input<types.input.SupervisorV2WorkloadsKubeApiServerOptions>;
  network: pulumi.Input<types.input.SupervisorV2WorkloadsNetwork>;
  storage?: pulumi.Input<types.input.SupervisorV2WorkloadsStorage | undefined>;
}
interface SupervisorV2WorkloadsEdge {
  foundation?: pulumi.Input<types.input.SupervisorV2WorkloadsEdgeFoundation | undefined>;
  haproxy?: pulumi.Input<types.input.SupervisorV2WorkloadsEdgeHaproxy | undefined>;
  id?: pulumi.Input<string | undefined>;
  lbAddressRanges?: pulumi.Input<pulumi.Input<types.input.SupervisorV2WorkloadsEdgeLbAddressRange>[] | undefined>;
  nsx?: pulumi.Input<types.input.SupervisorV2WorkloadsEdgeNsx | undefined>;
  nsxAdvanced?: pulumi.Input<types.input.SupervisorV2WorkloadsEdgeNsxAdvanced | undefined>;
}
interface SupervisorV2WorkloadsEdgeFoundation {
  deploymentTarget?: pulumi.Input<types.input.SupervisorV2WorkloadsEdgeFoundationDeploymentTarget | undefined>;
  interfaces?: pulumi.Input<pulumi.Input<types.input.SupervisorV2WorkloadsEdgeFoundationInterface>[] | undefined>;
  networkServices?: pulumi.Input<types.input.SupervisorV2WorkloadsEdgeFoundationNetworkServices | undefined>;
}
interface SupervisorV2WorkloadsEdgeFoundationDeploymentTarget {
  availability?: pulumi.Input<string | undefined>;
  deploymentSize?: pulumi.Input<string | undefined>;
  storagePolicy?: pulumi.Input<string | undefined>;
  zones?: pulumi.Input<pulumi.Input<string>[] | undefined>;
}
interface SupervisorV2WorkloadsEdgeFoundationInterface {
  network: pulumi.Input<types.input.SupervisorV2WorkloadsEdgeFoundationInterfaceNetwork>;
  personas: pulumi.Input<pulumi.Input<string>[]>;
}
interface SupervisorV2WorkloadsEdgeFoundationInterfaceNetwork {
  dvpgNetwork?: pulumi.Input<types.input.SupervisorV2WorkloadsEdgeFoundationInterfaceNetworkDvpgNetwork | undefined>;
  networkType: pulumi.Input<string>;
}
interface SupervisorV2WorkloadsEdgeFoundationInterfaceNetworkDvpgNetwork {
  ipConfig?: pulumi.Input<types.input.SupervisorV2WorkloadsEdgeFoundationInterfaceNetworkDvpgNetworkIpConfig | undefined>;
  ipam: pulumi.Input<string>;
  name: pulumi.Input<string>;
  network: pulumi.Input<string>;
}
interface SupervisorV2WorkloadsEdgeFoundationInterfaceNetworkDvpgNetworkIpConfig {
  gateway: pulumi.Input<string>;
  ipRanges: pulumi.Input<pulumi.Input<types.input.SupervisorV2WorkloadsEdgeFoundationInterfaceNetworkDvpgNetworkIpConfigIpRange>[]>;
}
interface SupervisorV2WorkloadsEdgeFoundationInterfaceNetworkDvpgNetworkIpConfigIpRange {
  address: pulumi.Input<string>;
  count: pulumi.Input<number>;
}
interface SupervisorV2WorkloadsEdgeFoundationNetworkServices {
  dns?: pulumi.Input<types.input.SupervisorV2WorkloadsEdgeFoundationNetworkServicesDns | undefined>;
  ntp?: pulumi.Input<types.input.SupervisorV2WorkloadsEdgeFoundationNetworkServicesNtp | undefined>;
  syslog?: pulumi.Input<types.input.SupervisorV2WorkloadsEdgeFoundationNetworkServicesSyslog | undefined>;
}
interface SupervisorV2WorkloadsEdgeFoundationNetworkServicesDns {
  searchDomains: pulumi.Input<pulumi.Input<string>[]>;
  servers: pulumi.Input<pulumi.Input<string>[]>;
}
interface SupervisorV2WorkloadsEdgeFoundationNetworkServicesNtp {
  servers: pulumi.Input<pulumi.Input<string>[]>;
}
interface SupervisorV2WorkloadsEdgeFoundationNetworkServicesSyslog {
  caCert?: pulumi.Input<string | undefined>;
  endpoint?: pulumi.Input<string | undefined>;
}
interface SupervisorV2WorkloadsEdgeHaproxy {
  caChain: pulumi.Input<string>;
  password: pulumi.Input<string>;
  servers: pulumi.Input<pulumi.Input<types.input.SupervisorV2WorkloadsEdgeHaproxyServer>[]>;
  username: pulumi.Input<string>;
}
interface SupervisorV2WorkloadsEdgeHaproxyServer {
  host: pulumi.Input<string>;
  port: pulumi.Input<number>;
}
interface SupervisorV2WorkloadsEdgeLbAddressRange {
  address: pulumi.Input<string>;
  count: pulumi.Input<number>;
}
interface SupervisorV2WorkloadsEdgeNsx {
  defaultIngressTlsCertificate?: pulumi.Input<string | undefined>;
  edgeCluster?: pulumi.Input<string | undefined>;
  egressIpRanges?: pulumi.Input<pulumi.Input<types.input.SupervisorV2WorkloadsEdgeNsxEgressIpRange>[] | undefined>;
  loadBalancerSize?: pulumi.Input<string | undefined>;
  routingMode?: pulumi.Input<string | undefined>;
  t0Gateway?: pulumi.Input<string | undefined>;
}
interface SupervisorV2WorkloadsEdgeNsxAdvanced {
  caChain: pulumi.Input<string>;
  cloudName?: pulumi.Input<string | undefined>;
  host: pulumi.Input<string>;
  password: pulumi.Input<string>;
  port: pulumi.Input<number>;
  username: pulumi.Input<string>;
}
interface SupervisorV2WorkloadsEdgeNsxEgressIpRange {
  address: pulumi.Input<string>;
  count: pulumi.Input<number>;
}
interface SupervisorV2WorkloadsImages {
  contentLibraries: pulumi.Input<pulumi.Input<types.input.SupervisorV2WorkloadsImagesContentLibrary>[]>;
  kubernetesContentLibrary: pulumi.Input<string>;
  registry: pulumi.Input<types.input.SupervisorV2WorkloadsImagesRegistry>;
  repository: pulumi.Input<string>;
}
interface SupervisorV2WorkloadsImagesContentLibrary {
  contentLibrary: pulumi.Input<string>;
  resourceNamingStrategy?: pulumi.Input<string | undefined>;
  supervisorServices?: pulumi.Input<pulumi.Input<string>[] | undefined>;
}
interface SupervisorV2WorkloadsImagesRegistry {
  caChain: pulumi.Input<string>;
  hostname: pulumi.Input<string>;
  password: pulumi.Input<string>;
  port: pulumi.Input<number>;
  username: pulumi.Input<string>;
}
interface SupervisorV2WorkloadsKubeApiServerOptions {
  security?: pulumi.Input<types.input.SupervisorV2WorkloadsKubeApiServerOptionsSecurity | undefined>;
}
interface SupervisorV2WorkloadsKubeApiServerOptionsSecurity {
  certificateDnsNames: pulumi.Input<pulumi.Input<string>[]>;
}
interface SupervisorV2WorkloadsNetwork {
  ipManagement?: pulumi.Input<types.input.SupervisorV2WorkloadsNetworkIpManagement | undefined>;
  network?: pulumi.Input<string | undefined>;
  nsx?: pulumi.Input<types.input.SupervisorV2WorkloadsNetworkNsx | undefined>;
  nsxVpc?: pulumi.Input<types.input.SupervisorV2WorkloadsNetworkNsxVpc | undefined>;
  services?: pulumi.Input<types.input.SupervisorV2WorkloadsNetworkServices | undefined>;
  vsphere?: pulumi.Input<types.input.SupervisorV2WorkloadsNetworkVsphere | undefined>;
}
interface SupervisorV2WorkloadsNetworkIpManagement {
  dhcpEnabled?: pulumi.Input<boolean | undefined>;
  gatewayAddress?: pulumi.Input<string | undefined>;
  ipAssignments?: pulumi.Input<pulumi.Input<types.input.SupervisorV2WorkloadsNetworkIpManagementIpAssignment>[] | undefined>;
}
interface SupervisorV2WorkloadsNetworkIpManagementIpAssignment {
  assignee?: pulumi.Input<string | undefined>;
  ranges?: pulumi.Input<pulumi.Input<types.input.SupervisorV2WorkloadsNetworkIpManagementIpAssignmentRange>[] | undefined>;
}
interface SupervisorV2WorkloadsNetworkIpManagementIpAssignmentRange {
  address: pulumi.Input<string>;
  count: pulumi.Input<number>;
}
interface SupervisorV2WorkloadsNetworkNsx {
  dvs: pulumi.Input<string>;
  namespaceSubnetPrefix?: pulumi.Input<number | undefined>;
}
interface SupervisorV2WorkloadsNetworkNsxVpc {
  defaultPrivateCidrs: pulumi.Input<pulumi.Input<types.input.SupervisorV2WorkloadsNetworkNsxVpcDefaultPrivateCidr>[]>;
  nsxProject?: pulumi.Input<string | undefined>;
  vpcConnectivityProfile?: pulumi.Input<string | undefined>;
}
interface SupervisorV2WorkloadsNetworkNsxVpcDefaultPrivateCidr {
  address: pulumi.Input<string>;
  prefix: pulumi.Input<number>;
}
interface SupervisorV2WorkloadsNetworkServices {
  dns?: pulumi.Input<types.input.SupervisorV2WorkloadsNetworkServicesDns | undefined>;
  ntp?: pulumi.Input<types.input.SupervisorV2WorkloadsNetworkServicesNtp | undefined>;
}
interface SupervisorV2WorkloadsNetworkServicesDns {
  searchDomains: pulumi.Input<pulumi.Input<string>[]>;
  servers: pulumi.Input<pulumi.Input<string>[]>;
}
interface SupervisorV2WorkloadsNetworkServicesNtp {
  servers: pulumi.Input<pulumi.Input<string>[]>;
}
interface SupervisorV2WorkloadsNetworkVsphere {
  dvpg: pulumi.Input<string>;
}
interface SupervisorV2WorkloadsStorage {
  cloudNativeFileVolume?: pulumi.Input<types.input.SupervisorV2WorkloadsStorageCloudNativeFileVolume | undefined>;
  ephemeralStoragePolicy?: pulumi.Input<string | undefined>;
  imageStoragePolicy?: pulumi.Input<string | undefined>;
}
interface SupervisorV2WorkloadsStorageCloudNativeFileVolume {
  vsanClusters: pulumi.Input<pulumi.Input<string>[]>;
}
interface VmStoragePolicyTagRule {
  includeDatastoresWithTags?: pulumi.Input<boolean | undefined>;
  tagCategory: pulumi.Input<string>;
  tags: pulumi.Input<pulumi.Input<string>[]>;
}
interface GetNamespaceVmServiceArgs {
  contentLibraries: pulumi.Input<pulumi.Input<string>[]>;
  vmClasses: pulumi.Input<pulumi.Input<string>[]>;
}
interface GetNetworkFilterArgs {
  networkType?: pulumi.Input<string | undefined>;
}
interface GetNamespaceVmService {
  contentLibraries: string[];
  vmClasses: string[];
}
interface GetNetworkFilter {
  networkType?: string;
}
}

export declare namespace types.output {
interface ContentLibraryPublication {
  authenticationMethod?: string;
  password?: string;
  publishUrl?: string;
  published?: boolean;
  username?: string;
}
interface ContentLibrarySubscription {
  authenticationMethod?: string;
  automaticSync?: boolean;
  onDemand?: boolean;
  password?: string;
  subscriptionUrl?: string;
  username?: string;
}
interface NamespaceVmService {
  contentLibraries?: string[];
  vmClasses?: string[];
}
interface SupervisorV2ControlPlane {
  count?: number;
  network: types.output.SupervisorV2ControlPlaneNetwork;
  size?: string;
  storagePolicy?: string;
}
interface SupervisorV2ControlPlaneNetwork {
  backing: types.output.SupervisorV2ControlPlaneNetworkBacking;
  floatingIp?: string;
  ipManagement?: types.output.SupervisorV2ControlPlaneNetworkIpManagement;
  network?: string;
  proxy?: types.output.SupervisorV2ControlPlaneNetworkProxy;
  services?: types.output.SupervisorV2ControlPlaneNetworkServices;
}
interface SupervisorV2ControlPlaneNetworkBacking {
  network?: string;
  segments?: string[];
}
interface SupervisorV2ControlPlaneNetworkIpManagement {
  dhcpEnabled?: boolean;
  gatewayAddress?: string;
  ipAssignments?: types.output.SupervisorV2ControlPlaneNetworkIpManagementIpAssignment[];
}
interface SupervisorV2ControlPlaneNetworkIpManagementIpAssignment {
  assignee?: string;
  ranges?: types.output.SupervisorV2ControlPlaneNetworkIpManagementIpAssignmentRange[];
}
interface SupervisorV2ControlPlaneNetworkIpManagementIpAssignmentRange {
  address: string;
  count: number;
}
interface SupervisorV2ControlPlaneNetworkProxy {
  httpConfig?: string;
  httpsConfig?: string;
  noProxyConfigs?: string[];
  settingsSource: string;
  tlsRootCaBundle?: string;
}
interface SupervisorV2ControlPlaneNetworkServices {
  dns?: types.output.SupervisorV2ControlPlaneNetworkServicesDns;
  ntp?: types.output.SupervisorV2ControlPlaneNetworkServicesNtp;
}
interface SupervisorV2ControlPlaneNetworkServicesDns {
  searchDomains: string[];
  servers: string[];
}
interface SupervisorV2ControlPlaneNetworkServicesNtp {
  servers: string[];
}
interface SupervisorV2Workloads {
  edge: types.output.SupervisorV2WorkloadsEdge;
  images?: types.output.SupervisorV2WorkloadsImages;
  kubeApiServerOptions: types.output.SupervisorV2WorkloadsKubeApiServerOptions;
  network: types.output.SupervisorV2WorkloadsNetwork;
  storage?: types.output.SupervisorV2WorkloadsStorage;
}
interface SupervisorV2WorkloadsEdge {
  foundation?: types.output.SupervisorV2WorkloadsEdgeFoundation;
  haproxy?: types.output.SupervisorV2WorkloadsEdgeHaproxy;
  id?: string;
  lbAddressRanges?: types.output.SupervisorV2WorkloadsEdgeLbAddressRange[];
  nsx?: types.output.SupervisorV2WorkloadsEdgeNsx;
  nsxAdvanced?: types.output.SupervisorV2WorkloadsEdgeNsxAdvanced;
}
interface SupervisorV2WorkloadsEdgeFoundation {
  deploymentTarget?: types.output.SupervisorV2WorkloadsEdgeFoundationDeploymentTarget;
  interfaces?: types.output.SupervisorV2WorkloadsEdgeFoundationInterface[];
  networkServices?: types.output.SupervisorV2WorkloadsEdgeFoundationNetworkServices;
}
interface SupervisorV2WorkloadsEdgeFoundationDeploymentTarget {
  availability?: string;
  deploymentSize?: string;
  storagePolicy?: string;
  zones?: string[];
}
interface SupervisorV2WorkloadsEdgeFoundationInterface {
  network: types.output.SupervisorV2WorkloadsEdgeFoundationInterfaceNetwork;
  personas: string[];
}
interface SupervisorV2WorkloadsEdgeFoundationInterfaceNetwork {
  dvpgNetwork?: types.output.SupervisorV2WorkloadsEdgeFoundationInterfaceNetworkDvpgNetwork;
  networkType: string;
}
interface SupervisorV2WorkloadsEdgeFoundationInterfaceNetworkDvpgNetwork {
  ipConfig?: types.output.SupervisorV2WorkloadsEdgeFoundationInterfaceNetworkDvpgNetworkIpConfig;
  ipam: string;
  name: string;
  network: string;
}
interface SupervisorV2WorkloadsEdgeFoundationInterfaceNetworkDvpgNetworkIpConfig {
  gateway: string;
  ipRanges: types.output.SupervisorV2WorkloadsEdgeFoundationInterfaceNetworkDvpgNetworkIpConfigIpRange[];
}
interface SupervisorV2WorkloadsEdgeFoundationInterfaceNetworkDvpgNetworkIpConfigIpRange {
  address: string;
  count: number;
}
interface SupervisorV2WorkloadsEdgeFoundationNetworkServices {
  dns?: types.output.SupervisorV2WorkloadsEdgeFoundationNetworkServicesDns;
  ntp?: types.output.SupervisorV2WorkloadsEdgeFoundationNetworkServicesNtp;
  syslog?: types.output.SupervisorV2WorkloadsEdgeFoundationNetworkServicesSyslog;
}
interface SupervisorV2WorkloadsEdgeFoundationNetworkServicesDns {
  searchDomains: string[];
  servers: string[];
}
interface SupervisorV2WorkloadsEdgeFoundationNetworkServicesNtp {
  servers: string[];
}
interface SupervisorV2WorkloadsEdgeFoundationNetworkServicesSyslog {
  caCert?: string;
  endpoint?: string;
}
interface SupervisorV2WorkloadsEdgeHaproxy {
  caChain: string;
  password: string;
  servers: types.output.SupervisorV2WorkloadsEdgeHaproxyServer[];
  username: string;
}
interface SupervisorV2WorkloadsEdgeHaproxyServer {
  host: string;
  port: number;
}
interface SupervisorV2WorkloadsEdgeLbAddressRange {
  address: string;
  count: number;
}
interface SupervisorV2WorkloadsEdgeNsx {
  defaultIngressTlsCertificate?: string;
  edgeCluster?: string;
  egressIpRanges?: types.output.SupervisorV2WorkloadsEdgeNsxEgressIpRange[];
  loadBalancerSize?: string;
  routingMode?: string;
  t0Gateway?: string;
}
interface SupervisorV2WorkloadsEdgeNsxAdvanced {
  caChain: string;
  cloudName?: string;
  host: string;
  password: string;
  port: number;
  username: string;
}
interface SupervisorV2WorkloadsEdgeNsxEgressIpRange {
  address: string;
  count: number;
}
interface SupervisorV2WorkloadsImages {
  contentLibraries: types.output.SupervisorV2WorkloadsImagesContentLibrary[];
  kubernetesContentLibrary: string;
  registry: types.output.SupervisorV2WorkloadsImagesRegistry;
  repository: string;
}
interface SupervisorV2WorkloadsImagesContentLibrary {
  contentLibrary: string;
  resourceNamingStrategy?: string;
  supervisorServices?: string[];
}
interface SupervisorV2WorkloadsImagesRegistry {
  caChain: string;
  hostname: string;
  password: string;
  port: number;
  username: string;
}
interface SupervisorV2WorkloadsKubeApiServerOptions {
  security?: types.output.SupervisorV2WorkloadsKubeApiServerOptionsSecurity;
}
interface SupervisorV2WorkloadsKubeApiServerOptionsSecurity {
  certificateDnsNames: string[];
}
interface SupervisorV2WorkloadsNetwork {
  ipManagement?: types.output.SupervisorV2WorkloadsNetworkIpManagement;
  network?: string;
  nsx?: types.output.SupervisorV2WorkloadsNetworkNsx;
  nsxVpc?: types.output.SupervisorV2WorkloadsNetworkNsxVpc;
  services?: types.output.SupervisorV2WorkloadsNetworkServices;
  vsphere?: types.output.SupervisorV2WorkloadsNetworkVsphere;
}
interface SupervisorV2WorkloadsNetworkIpManagement {
  dhcpEnabled?: boolean;
  gatewayAddress?: string;
  ipAssignments?: types.output.SupervisorV2WorkloadsNetworkIpManagementIpAssignment[];
}
interface SupervisorV2WorkloadsNetworkIpManagementIpAssignment {
  assignee?: string;
  ranges?: types.output.SupervisorV2WorkloadsNetworkIpManagementIpAssignmentRange[];
}
interface SupervisorV2WorkloadsNetworkIpManagementIpAssignmentRange {
  address: string;
  count: number;
}
interface SupervisorV2WorkloadsNetworkNsx {
  dvs: string;
  namespaceSubnetPrefix?: number;
}
interface SupervisorV2WorkloadsNetworkNsxVpc {
  defaultPrivateCidrs: types.output.SupervisorV2WorkloadsNetworkNsxVpcDefaultPrivateCidr[];
  nsxProject?: string;
  vpcConnectivityProfile?: string;
}
interface SupervisorV2WorkloadsNetworkNsxVpcDefaultPrivateCidr {
  address: string;
  prefix: number;
}
interface SupervisorV2WorkloadsNetworkServices {
  dns?: types.output.SupervisorV2WorkloadsNetworkServicesDns;
  ntp?: types.output.SupervisorV2WorkloadsNetworkServicesNtp;
}
interface SupervisorV2WorkloadsNetworkServicesDns {
  searchDomains: string[];
  servers: string[];
}
interface SupervisorV2WorkloadsNetworkServicesNtp {
  servers: string[];
}
interface SupervisorV2WorkloadsNetworkVsphere {
  dvpg: string;
}
interface SupervisorV2WorkloadsStorage {
  cloudNativeFileVolume?: types.output.SupervisorV2WorkloadsStorageCloudNativeFileVolume;
  ephemeralStoragePolicy?: string;
  imageStoragePolicy?: string;
}
interface SupervisorV2WorkloadsStorageCloudNativeFileVolume {
  vsanClusters: string[];
}
interface VmStoragePolicyTagRule {
  includeDatastoresWithTags?: boolean;
  tagCategory: string;
  tags: string[];
}
interface GetNamespaceVmService {
  contentLibraries: string[];
  vmClasses: string[];
}
interface GetNetworkFilter {
  networkType?: string;
}
}

export declare class Provider extends pulumi.ProviderResource {
  static isInstance(obj: any): obj is Provider;
  constructor(name: string, args?: ProviderArgs, opts?: pulumi.ResourceOptions);
}
export interface ProviderArgs {
  allowUnverifiedSsl?: pulumi.Input<boolean | undefined>;
  apiTimeout?: pulumi.Input<number | undefined>;
  clientDebug?: pulumi.Input<boolean | undefined>;
  clientDebugPath?: pulumi.Input<string | undefined>;
  clientDebugPathRun?: pulumi.Input<string | undefined>;
  password?: pulumi.Input<string | undefined>;
  persistSession?: pulumi.Input<boolean | undefined>;
  restSessionPath?: pulumi.Input<string | undefined>;
  user?: pulumi.Input<string | undefined>;
  vcenterServer?: pulumi.Input<string | undefined>;
  vimKeepAlive?: pulumi.Input<number | undefined>;
  vimSessionPath?: pulumi.Input<string | undefined>;
  vsphereServer?: pulumi.Input<string | undefined>;
}

export declare class ContentLibrary extends pulumi.CustomResource {
  static get(name: string, id: pulumi.Input<pulumi.ID>, state?: ContentLibraryState, opts?: pulumi.CustomResourceOptions): ContentLibrary;
  static isInstance(obj: any): obj is ContentLibrary;
  readonly description: pulumi.Output<string | undefined>;
  readonly name: pulumi.Output<string>;
  readonly publication: pulumi.Output<types.output.ContentLibraryPublication>;
  readonly storageBackings: pulumi.Output<string[]>;
  readonly subscription: pulumi.Output<types.output.ContentLibrarySubscription | undefined>;
  constructor(name: string, args: ContentLibraryArgs, opts?: pulumi.CustomResourceOptions);
}
export interface ContentLibraryArgs {
  description?: pulumi.Input<string | undefined>;
  name?: pulumi.Input<string | undefined>;
  publication?: pulumi.Input<types.input.ContentLibraryPublication | undefined>;
  storageBackings: pulumi.Input<pulumi.Input<string>[]>;
  subscription?: pulumi.Input<types.input.ContentLibrarySubscription | undefined>;
}
export interface ContentLibraryState {
  description?: pulumi.Input<string | undefined>;
  name?: pulumi.Input<string | undefined>;
  publication?: pulumi.Input<types.input.ContentLibraryPublication | undefined>;
  storageBackings?: pulumi.Input<pulumi.Input<string>[] | undefined>;
  subscription?: pulumi.Input<types.input.ContentLibrarySubscription | undefined>;
}

export declare class Namespace extends pulumi.CustomResource {
  static get(name: string, id: pulumi.Input<pulumi.ID>, state?: NamespaceState, opts?: pulumi.CustomResourceOptions): Namespace;
  static isInstance(obj: any): obj is Namespace;
  readonly name: pulumi.Output<string>;
  readonly storagePolicies: pulumi.Output<string[] | undefined>;
  readonly supervisor: pulumi.Output<string>;
  readonly vmServices: pulumi.Output<types.output.NamespaceVmService[] | undefined>;
  constructor(name: string, args: NamespaceArgs, opts?: pulumi.CustomResourceOptions);
}
export interface NamespaceArgs {
  name?: pulumi.Input<string | undefined>;
  storagePolicies?: pulumi.Input<pulumi.Input<string>[] | undefined>;
  supervisor: pulumi.Input<string>;
  vmServices?: pulumi.Input<pulumi.Input<types.input.NamespaceVmService>[] | undefined>;
}
export interface NamespaceState {
  name?: pulumi.Input<string | undefined>;
  storagePolicies?: pulumi.Input<pulumi.Input<string>[] | undefined>;
  supervisor?: pulumi.Input<string | undefined>;
  vmServices?: pulumi.Input<pulumi.Input<types.input.NamespaceVmService>[] | undefined>;
}

export declare class SupervisorV2 extends pulumi.CustomResource {
  static get(name: string, id: pulumi.Input<pulumi.ID>, state?: SupervisorV2State, opts?: pulumi.CustomResourceOptions): SupervisorV2;
  static isInstance(obj: any): obj is SupervisorV2;
  readonly cluster: pulumi.Output<string | undefined>;
  readonly controlPlane: pulumi.Output<types.output.SupervisorV2ControlPlane>;
  readonly name: pulumi.Output<string>;
  readonly workloads: pulumi.Output<types.output.SupervisorV2Workloads>;
  readonly zones: pulumi.Output<string[] | undefined>;
  constructor(name: string, args: SupervisorV2Args, opts?: pulumi.CustomResourceOptions);
}
export interface SupervisorV2Args {
  cluster?: pulumi.Input<string | undefined>;
  controlPlane: pulumi.Input<types.input.SupervisorV2ControlPlane>;
  name?: pulumi.Input<string | undefined>;
  workloads: pulumi.Input<types.input.SupervisorV2Workloads>;
  zones?: pulumi.Input<pulumi.Input<string>[] | undefined>;
}
export interface SupervisorV2State {
  cluster?: pulumi.Input<string | undefined>;
  controlPlane?: pulumi.Input<types.input.SupervisorV2ControlPlane | undefined>;
  name?: pulumi.Input<string | undefined>;
  workloads?: pulumi.Input<types.input.SupervisorV2Workloads | undefined>;
  zones?: pulumi.Input<pulumi.Input<string>[] | undefined>;
}

export declare class Tag extends pulumi.CustomResource {
  static get(name: string, id: pulumi.Input<pulumi.ID>, state?: TagState, opts?: pulumi.CustomResourceOptions): Tag;
  static isInstance(obj: any): obj is Tag;
  readonly categoryId: pulumi.Output<string>;
  readonly description: pulumi.Output<string | undefined>;
  readonly name: pulumi.Output<string>;
  constructor(name: string, args: TagArgs, opts?: pulumi.CustomResourceOptions);
}
export interface TagArgs {
  categoryId: pulumi.Input<string>;
  description?: pulumi.Input<string | undefined>;
  name?: pulumi.Input<string | undefined>;
}
export interface TagState {
  categoryId?: pulumi.Input<string | undefined>;
  description?: pulumi.Input<string | undefined>;
  name?: pulumi.Input<string | undefined>;
}

export declare class TagCategory extends pulumi.CustomResource {
  static get(name: string, id: pulumi.Input<pulumi.ID>, state?: TagCategoryState, opts?: pulumi.CustomResourceOptions): TagCategory;
  static isInstance(obj: any): obj is TagCategory;
  readonly associableTypes: pulumi.Output<string[]>;
  readonly cardinality: pulumi.Output<string>;
  readonly description: pulumi.Output<string | undefined>;
  readonly name: pulumi.Output<string>;
  constructor(name: string, args: TagCategoryArgs, opts?: pulumi.CustomResourceOptions);
}
export interface TagCategoryArgs {
  associableTypes: pulumi.Input<pulumi.Input<string>[]>;
  cardinality: pulumi.Input<string>;
  description?: pulumi.Input<string | undefined>;
  name?: pulumi.Input<string | undefined>;
}
export interface TagCategoryState {
  associableTypes?: pulumi.Input<pulumi.Input<string>[] | undefined>;
  cardinality?: pulumi.Input<string | undefined>;
  description?: pulumi.Input<string | undefined>;
  name?: pulumi.Input<string | undefined>;
}

export declare class VirtualMachineClass extends pulumi.CustomResource {
  static get(name: string, id: pulumi.Input<pulumi.ID>, state?: VirtualMachineClassState, opts?: pulumi.CustomResourceOptions): VirtualMachineClass;
  static isInstance(obj: any): obj is VirtualMachineClass;
  readonly cpuReservation: pulumi.Output<number | undefined>;
  readonly cpus: pulumi.Output<number>;
  readonly memory: pulumi.Output<number>;
  readonly memoryReservation: pulumi.Output<number | undefined>;
  readonly name: pulumi.Output<string>;
  readonly vgpuDevices: pulumi.Output<string[] | undefined>;
  constructor(name: string, args: VirtualMachineClassArgs, opts?: pulumi.CustomResourceOptions);
}
export interface VirtualMachineClassArgs {
  cpuReservation?: pulumi.Input<number | undefined>;
  cpus: pulumi.Input<number>;
  memory: pulumi.Input<number>;
  memoryReservation?: pulumi.Input<number | undefined>;
  name?: pulumi.Input<string | undefined>;
  vgpuDevices?: pulumi.Input<pulumi.Input<string>[] | undefined>;
}
export interface VirtualMachineClassState {
  cpuReservation?: pulumi.Input<number | undefined>;
  cpus?: pulumi.Input<number | undefined>;
  memory?: pulumi.Input<number | undefined>;
  memoryReservation?: pulumi.Input<number | undefined>;
  name?: pulumi.Input<string | undefined>;
  vgpuDevices?: pulumi.Input<pulumi.Input<string>[] | undefined>;
}

export declare class VmStoragePolicy extends pulumi.CustomResource {
  static get(name: string, id: pulumi.Input<pulumi.ID>, state?: VmStoragePolicyState, opts?: pulumi.CustomResourceOptions): VmStoragePolicy;
  static isInstance(obj: any): obj is VmStoragePolicy;
  readonly description: pulumi.Output<string | undefined>;
  readonly name: pulumi.Output<string>;
  readonly tagRules: pulumi.Output<types.output.VmStoragePolicyTagRule[]>;
  constructor(name: string, args: VmStoragePolicyArgs, opts?: pulumi.CustomResourceOptions);
}
export interface VmStoragePolicyArgs {
  description?: pulumi.Input<string | undefined>;
  name?: pulumi.Input<string | undefined>;
  tagRules: pulumi.Input<pulumi.Input<types.input.VmStoragePolicyTagRule>[]>;
}
export interface VmStoragePolicyState {
  description?: pulumi.Input<string | undefined>;
  name?: pulumi.Input<string | undefined>;
  tagRules?: pulumi.Input<pulumi.Input<types.input.VmStoragePolicyTagRule>[] | undefined>;
}

export declare function getComputeCluster(args: GetComputeClusterArgs, opts?: pulumi.InvokeOptions): Promise<GetComputeClusterResult>;
export declare function getComputeClusterOutput(args: GetComputeClusterOutputArgs, opts?: pulumi.InvokeOutputOptions): pulumi.Output<GetComputeClusterResult>;
export interface GetComputeClusterArgs {
  datacenterId?: string;
  name: string;
}
export interface GetComputeClusterOutputArgs {
  datacenterId?: pulumi.Input<string | undefined>;
  name: pulumi.Input<string>;
}
export interface GetComputeClusterResult {
  readonly datacenterId?: string;
  readonly id: string;
  readonly name: string;
  readonly resourcePoolId: string;
}

export declare function getContentLibrary(args: GetContentLibraryArgs, opts?: pulumi.InvokeOptions): Promise<GetContentLibraryResult>;
export declare function getContentLibraryOutput(args: GetContentLibraryOutputArgs, opts?: pulumi.InvokeOutputOptions): pulumi.Output<GetContentLibraryResult>;
export interface GetContentLibraryArgs {
  name: string;
}
export interface GetContentLibraryOutputArgs {
  name: pulumi.Input<string>;
}
export interface GetContentLibraryResult {
  readonly id: string;
  readonly name: string;
}

export declare function getDatacenter(args?: GetDatacenterArgs, opts?: pulumi.InvokeOptions): Promise<GetDatacenterResult>;
export declare function getDatacenterOutput(args?: GetDatacenterOutputArgs, opts?: pulumi.InvokeOutputOptions): pulumi.Output<GetDatacenterResult>;
export interface GetDatacenterArgs {
  name?: string;
}
export interface GetDatacenterOutputArgs {
  name?: pulumi.Input<string | undefined>;
}
export interface GetDatacenterResult {
  readonly id: string;
  readonly name?: string;
  readonly virtualMachines: string[];
}

export declare function getDatastore(args: GetDatastoreArgs, opts?: pulumi.InvokeOptions): Promise<GetDatastoreResult>;
export declare function getDatastoreOutput(args: GetDatastoreOutputArgs, opts?: pulumi.InvokeOutputOptions): pulumi.Output<GetDatastoreResult>;
export interface GetDatastoreArgs {
  datacenterId?: string;
  name: string;
  stats?: { [key: string]: string };
}
export interface GetDatastoreOutputArgs {
  datacenterId?: pulumi.Input<string | undefined>;
  name: pulumi.Input<string>;
  stats?: pulumi.Input<{ [key: string]: pulumi.Input<string> } | undefined>;
}
export interface GetDatastoreResult {
  readonly datacenterId?: string;
  readonly id: string;
  readonly name: string;
  readonly stats?: { [key: string]: string };
}

export declare function getHost(args: GetHostArgs, opts?: pulumi.InvokeOptions): Promise<GetHostResult>;
export declare function getHostOutput(args: GetHostOutputArgs, opts?: pulumi.InvokeOutputOptions): pulumi.Output<GetHostResult>;
export interface GetHostArgs {
  datacenterId: string;
  name?: string;
}
export interface GetHostOutputArgs {
  datacenterId: pulumi.Input<string>;
  name?: pulumi.Input<string | undefined>;
}
export interface GetHostResult {
  readonly datacenterId: string;
  readonly id: string;
  readonly name?: string;
  readonly resourcePoolId: string;
}

export declare function getNamespace(args: GetNamespaceArgs, opts?: pulumi.InvokeOptions): Promise<GetNamespaceResult>;
export declare function getNamespaceOutput(args: GetNamespaceOutputArgs, opts?: pulumi.InvokeOutputOptions): pulumi.Output<GetNamespaceResult>;
export interface GetNamespaceArgs {
  name: string;
}
export interface GetNamespaceOutputArgs {
  name: pulumi.Input<string>;
}
export interface GetNamespaceResult {
  readonly configStatus: string;
  readonly cpuUsage: number;
  readonly id: string;
  readonly memoryUsage: number;
  readonly name: string;
  readonly storagePolicies: string[];
  readonly storageUsage: number;
  readonly supervisor: string;
  readonly vmServices: types.output.GetNamespaceVmService[];
}

export declare function getNetwork(args: GetNetworkArgs, opts?: pulumi.InvokeOptions): Promise<GetNetworkResult>;
export declare function getNetworkOutput(args: GetNetworkOutputArgs, opts?: pulumi.InvokeOutputOptions): pulumi.Output<GetNetworkResult>;
export interface GetNetworkArgs {
  datacenterId?: string;
  distributedVirtualSwitchUuid?: string;
  filters?: types.input.GetNetworkFilter[];
  name: string;
  retryInterval?: number;
  retryTimeout?: number;
  vpcId?: string;
  vpcProjectId?: string;
}
export interface GetNetworkOutputArgs {
  datacenterId?: pulumi.Input<string | undefined>;
  distributedVirtualSwitchUuid?: pulumi.Input<string | undefined>;
  filters?: pulumi.Input<pulumi.Input<types.input.GetNetworkFilterArgs>[] | undefined>;
  name: pulumi.Input<string>;
  retryInterval?: pulumi.Input<number | undefined>;
  retryTimeout?: pulumi.Input<number | undefined>;
  vpcId?: pulumi.Input<string | undefined>;
  vpcProjectId?: pulumi.Input<string | undefined>;
}
export interface GetNetworkResult {
  readonly datacenterId?: string;
  readonly distributedVirtualSwitchUuid?: string;
  readonly filters?: types.output.GetNetworkFilter[];
  readonly id: string;
  readonly name: string;
  readonly retryInterval?: number;
  readonly retryTimeout?: number;
  readonly type: string;
  readonly vpcId?: string;
  readonly vpcProjectId?: string;
}

export declare function getPolicy(args: GetPolicyArgs, opts?: pulumi.InvokeOptions): Promise<GetPolicyResult>;
export declare function getPolicyOutput(args: GetPolicyOutputArgs, opts?: pulumi.InvokeOutputOptions): pulumi.Output<GetPolicyResult>;
export interface GetPolicyArgs {
  name: string;
}
export interface GetPolicyOutputArgs {
  name: pulumi.Input<string>;
}
export interface GetPolicyResult {
  readonly id: string;
  readonly name: string;
}
