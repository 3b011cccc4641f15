import { LABEL_PATTERN } from '../../names';
import { flag, list, map, optional, secretName, text } from '../keywords';

const INVENTORY = { minLength: 1 } as const;

/** The vCenter that a vSphere Namespace and VM classes are made in. */
export const vcenter = map(
  {
    title: 'vCenter',
    description:
      'Needed when the platform makes the vSphere Namespace or VM classes. Default: none, both are there.',
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
      description: 'A service account that may make namespaces and VM classes.',
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
      description: 'Its name in the inventory.',
      'x-allowed': 'the name of a datacenter',
    }),
    computeCluster: text({
      ...INVENTORY,
      title: 'Compute cluster',
      description: 'The one with the hosts of this cluster, GPU hosts included.',
      'x-allowed': 'the name of a compute cluster',
    }),
    allowUnverifiedSsl: flag({
      title: 'Allow unverified TLS',
      description: "Whether any certificate will do for the vCenter's.",
      default: false,
    }),
  },
);

/** The Supervisor, which is there before the platform. */
export const supervisor = map(
  {
    title: 'Supervisor',
    description: 'How the API is reached that makes clusters: exactly one of context and kubeconfigSecret.',
    oneOf: [{ required: ['context'] }, { required: ['kubeconfigSecret'] }],
    'x-allowed': 'a map with context or kubeconfigSecret',
  },
  {
    id: optional(
      text({
        title: 'Supervisor id',
        description:
          'From GET /api/vcenter/namespace-management/supervisors/summaries. Default: none; required when the platform makes the vSphere Namespace.',
        pattern: '^[A-Za-z0-9][-A-Za-z0-9]*$',
        'x-allowed': 'the id of a Supervisor',
      }),
    ),
    context: optional(
      text({
        title: 'Kubeconfig context',
        description:
          'A context of the kubeconfig at hand, fresh from vcf context create: its token ends after ten hours.',
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
    description: 'Where the Cluster object and its machines are.',
  },
  {
    name: text({
      title: 'Name',
      description: 'One of a kind in the vCenter.',
      pattern: LABEL_PATTERN,
      'x-allowed': 'a DNS label such as ai-prod',
      'x-why': 'neither vCenter nor its provider says so before the namespace fails',
    }),
    manage: flag({
      title: 'Manage',
      description:
        'Whether the platform makes it and links it with its VM classes, storage policies and content library.',
      default: true,
    }),
    storagePolicies: list(
      text({
        ...INVENTORY,
        title: 'Storage policy',
        description: 'Its name in the vCenter.',
        'x-allowed': 'the name of a storage policy',
      }),
      {
        title: 'Storage policies',
        description: 'Names of those that are there and that it may use.',
        default: [],
        'x-allowed': 'a list of storage policies, each once',
      },
    ),
    tagPolicy: optional(
      map(
        {
          title: "A storage policy of the platform's own",
          description: 'Every datastore with a tag. Default: none.',
        },
        {
          name: text({
            title: 'Name',
            description: 'Of the policy, and of the StorageClass that comes of it.',
            pattern: LABEL_PATTERN,
            'x-allowed': 'a DNS label such as ai-models',
          }),
          category: text({
            ...INVENTORY,
            title: 'Tag category',
            description: 'Made by the platform.',
            'x-allowed': 'the name of a tag category',
          }),
          tag: text({
            ...INVENTORY,
            title: 'Tag',
            description: 'Made by the platform; an administrator gives it to datastores.',
            'x-allowed': 'the name of a tag',
          }),
        },
      ),
    ),
    contentLibrary: optional(
      map(
        {
          title: 'Content library',
          description: 'With the node images of VKS. Default: the one that the Supervisor has.',
          dependencies: { subscriptionUrl: ['datastore'], datastore: ['subscriptionUrl'] },
        },
        {
          name: text({
            ...INVENTORY,
            title: 'Name',
            description: 'Of the library.',
            'x-allowed': 'the name of a content library',
          }),
          subscriptionUrl: optional(
            text({
              title: 'Subscription',
              description: 'Where the platform subscribes it to. Default: the library is there.',
              pattern: '^https://[^\\s@]+$',
              'x-allowed': 'an https URL such as https://wp-content.vmware.com/v2/latest/lib.json',
            }),
          ),
          datastore: optional(
            text({
              ...INVENTORY,
              title: 'Datastore',
              description: 'Where the images of a subscribed library are kept.',
              'x-allowed': 'the name of a datastore',
            }),
          ),
        },
      ),
    ),
  },
);
