import type { GatewayDocument, ObservabilityDocument } from '../../config/document';
import { everyField, existing } from './every-field';

const LEDGER = { image: 'registry.example.com/vcf-ai-platform:1.0.0' };

everyField<NonNullable<GatewayDocument['ledger']>>(
  'the collector of the ledger',
  (settings) =>
    existing((document) => {
      document.gateway = { ledger: { ...LEDGER, ...settings } };
    }),
  {
    image: 'registry.example.com/vcf-ai-platform:1.0.1',
    databaseSecret: 'another-database',
    pullSecret: 'ledger-registry',
    buffer: '20Gi',
  },
);

type Mode<Document, Kind extends string> = Document extends Record<Kind, infer Settings> ? Settings : never;

everyField<Mode<ObservabilityDocument['prometheus'], 'own'>>(
  "the platform's own Prometheus",
  (own) =>
    existing((document) => {
      document.observability = { prometheus: { own } };
    }),
  {
    replicas: 2,
    retention: '60d',
    storage: '100Gi',
    storageClass: 'vsan-gold',
    alertmanagerConfigSecret: 'alertmanager-config',
  },
);

everyField<Mode<ObservabilityDocument['dcgmExporter'], 'own'>>(
  "the platform's own exporter of GPU metrics",
  (own) =>
    existing((document) => {
      document.observability = { dcgmExporter: { own } };
    }),
  { nodeSelector: { gpu: 'h100' }, runtimeClass: 'nvidia' },
);
