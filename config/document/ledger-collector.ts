import { map, memory, optional, secretName, text } from './keywords';

/** Who writes the calls of the gateway into the ledger. */
export const ledger = optional(
  map(
    {
      title: 'Ledger',
      description:
        'A collector beside each Envoy, which reads its access log from a file and writes one record for each call into a ledger in PostgreSQL. Default: none; vcf-ai ledger ingest reads logs by hand.',
    },
    {
      image: text({
        title: 'Image',
        description:
          'Image with the command vcf-ai as its entry point, in a registry of your own; docs/ledger.md has its Dockerfile.',
        pattern: '^[a-z0-9][^\\s@]*(:[A-Za-z0-9_][-A-Za-z0-9_.]*|@sha256:[0-9a-f]{64})$',
        'x-allowed': 'an image with a tag or a digest, such as registry.example.com/vcf-ai-platform:0.9.0',
        'x-why': 'without a tag every pod could run another release',
      }),
      databaseSecret: secretName(
        'Secret of the database',
        'Name of the Pulumi secret with postgres://user:password@host:port/database.',
        'ledger-database',
        { default: 'ledger-database' },
      ),
      pullSecret: optional(
        secretName(
          'Secret of the registry',
          'Name of the Pulumi secret with a .dockerconfigjson. Default: the registry asks for none.',
          'ledger-registry',
        ),
      ),
      buffer: memory({
        title: 'Buffer',
        description:
          'Room for records on the node while the database is away; a call takes about one kilobyte. A pod that fills it is evicted.',
        pattern: '^[1-9][0-9]{0,5}([MG]i|[MG])$',
        default: '10Gi',
        'x-allowed': 'a whole amount of storage such as 10Gi',
      }),
    },
  ),
);
