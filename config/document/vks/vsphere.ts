import { LABEL_PATTERN } from '../../names';
import { flag, list, map, optional, secretName, text } from '../keywords';

const INVENTORY = { minLength: 1 } as const;

/** The vCenter that a vSphere Namespace and VM classes are made in. */
export const vcenter = map(
  {
    title: 'vCenter',
    description:
      'Required when the platform creates the vSphere Namespace or VM classes. Default: none, both exist already.',
  },
  {
    server: text({
      title: 'Server',
      description: 'DNS name of the vCenter.',
      pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*(:[0-9]{1,5})?$',
      'x-allowed': 'a DNS name such as vcenter.example.com, without https://',
    }),
    user: text({
      title: 'User',
      description: 'Service account with the right to create namespaces and VM classes.',
      pattern: '^[^\\s@\\\\]+(@|\\\\)[^\\s@\\\\]+$',
      'x-allowed': 'a user with its domain, such as svc-pulumi@vsphere.local',
    }),
    passwordSecret: secretName(
      "Secret with the user's password",
      'Name of the Pulumi secret.',
      'vcenter-password',
      { default: 'vcenter-password' },
    ),
    datacenter: text({
      ...INVENTORY,
      title: 'Datacenter',
      description: 'Name of the datacenter in the inventory.',
      'x-allowed': 'the name of a datacenter',
    }),
    computeCluster: text({
      ...INVENTORY,
      title: 'Compute cluster',
      description: 'Name of the compute cluster whose hosts run this cluster, GPU hosts included.',
      'x-allowed': 'the name of a compute cluster',
    }),
    allowUnverifiedSsl: flag({
      title: 'Allow unverified TLS',
      description: 'Whether to accept any certificate of the vCenter without verifying it.',
      default: false,
    }),
  },
);

/** The Supervisor, which is there before the platform. */
export const supervisor = map(
  {
    title: 'Supervisor',
    description: 'How the API of the Supervisor is reached: exactly one of context and kubeconfigSecret.',
    oneOf: [{ required: ['context'] }, { required: ['kubeconfigSecret'] }],
    'x-allowed': 'a map with context or kubeconfigSecret',
  },
  {
    id: optional(
      text({
        title: 'Supervisor id',
        description:
          'Id of the Supervisor, as GET /api/vcenter/namespace-management/supervisors/summaries returns it. Default: none; required when the platform creates the vSphere Namespace.',
        pattern: '^[A-Za-z0-9][-A-Za-z0-9]*$',
        'x-allowed': 'the id of a Supervisor',
      }),
    ),
    context: optional(
      text({
        title: 'Kubeconfig context',
        description:
          'Context in the current kubeconfig, created by vcf context create. Its token expires after ten hours.',
        minLength: 1,
        'x-allowed': 'the name of a kubeconfig context',
      }),
    ),
    kubeconfigSecret: optional(
      secretName(
        'Secret with a kubeconfig',
        'Name of the Pulumi secret with a kubeconfig of a service account.',
        'supervisor-kubeconfig',
      ),
    ),
  },
);

/** The vSphere Namespace. */
export const namespace = map(
  {
    title: 'vSphere Namespace',
    description: 'The vSphere Namespace that contains the Cluster object and its machines.',
  },
  {
    name: text({
      title: 'Name',
      description: 'Name of the vSphere Namespace, unique in the vCenter.',
      pattern: LABEL_PATTERN,
      'x-allowed': 'a DNS label such as ai-prod',
      'x-why': 'neither vCenter nor its provider says so before the namespace fails',
    }),
    manage: flag({
      title: 'Manage',
      description:
        'Whether the platform creates the namespace and assigns its VM classes, storage policies and content library.',
      default: true,
    }),
    storagePolicies: list(
      text({
        ...INVENTORY,
        title: 'Storage policy',
        description: 'Name of the storage policy in the vCenter.',
        'x-allowed': 'the name of a storage policy',
      }),
      {
        title: 'Storage policies',
        description: 'Names of existing storage policies that the namespace may use.',
        default: [],
        'x-allowed': 'a list of storage policies, each once',
      },
    ),
    tagPolicy: optional(
      map(
        {
          title: "A storage policy of the platform's own",
          description:
            'A storage policy that the platform creates: every datastore with a tag. Default: none.',
        },
        {
          name: text({
            title: 'Name',
            description: 'Name of the policy and of its StorageClass.',
            pattern: LABEL_PATTERN,
            'x-allowed': 'a DNS label such as ai-models',
          }),
          category: text({
            ...INVENTORY,
            title: 'Tag category',
            description: 'Tag category that the platform creates.',
            'x-allowed': 'the name of a tag category',
          }),
          tag: text({
            ...INVENTORY,
            title: 'Tag',
            description: 'Tag that the platform creates. An administrator assigns it to datastores.',
            'x-allowed': 'the name of a tag',
          }),
        },
      ),
    ),
    contentLibrary: optional(
      map(
        {
          title: 'Content library',
          description:
            'Content library with the node images of VKS. Default: the content library of the Supervisor.',
          dependencies: { subscriptionUrl: ['datastore'], datastore: ['subscriptionUrl'] },
        },
        {
          name: text({
            ...INVENTORY,
            title: 'Name',
            description: 'Name of the content library.',
            'x-allowed': 'the name of a content library',
          }),
          subscriptionUrl: optional(
            text({
              title: 'Subscription',
              description:
                'URL that the platform subscribes the library to. Default: the library exists already.',
              pattern: '^https://[^\\s@]+$',
              'x-allowed': 'an https URL such as https://wp-content.vmware.com/v2/latest/lib.json',
            }),
          ),
          datastore: optional(
            text({
              ...INVENTORY,
              title: 'Datastore',
              description: 'Datastore that stores the images of a subscribed library.',
              'x-allowed': 'the name of a datastore',
            }),
          ),
        },
      ),
    ),
  },
);
