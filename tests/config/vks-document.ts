import { type Draft, papersDocument } from './papers-document';

/** The paper's platform on a VKS cluster with one node of four H100. */
export function vksDocument(edit: (vks: Draft, document: Draft) => void = () => {}): Draft {
  return papersDocument((document) => {
    document.cluster = {
      vks: {
        name: 'ai-prod',
        vcenter: {
          server: 'vcenter.example.com',
          user: 'svc-pulumi@vsphere.local',
          datacenter: 'dc-1',
          computeCluster: 'gpu-hosts',
        },
        supervisor: { id: 'f0a1b2c3', context: 'supervisor-prod' },
        namespace: { name: 'ai-prod', storagePolicies: ['vsan-gold'] },
        kubernetesVersion: 'v1.34.2+vmware.2',
        storage: { nodes: 'vsan-gold', default: 'vsan-gold' },
        pools: {
          system: { replicas: 3 },
          gateway: { vmClass: 'guaranteed-xlarge' },
          gpu: {
            gpuClass: { name: 'gpu-4x-h100', profile: 'nvidia_h100xm-80c', cpus: 48, memory: '768Gi' },
          },
        },
      },
    };
    edit(document.cluster.vks, document);
  });
}
