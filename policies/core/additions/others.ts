import { PARSES } from '../../cel/environment';
import type { Validation } from '../../cel/validations';
import { type Additions, exactlyOne, NAMED_PORT, oneOf, PORT, PRESENT, SUBDOMAIN } from './addition';

const PROTOCOL = oneOf('TCP', 'UDP', 'SCTP');

const keys = (field: string): Validation => ({
  rule: `!has(self.${field}) || self.${field}.all(key, key.matches('^[-._a-zA-Z0-9]{1,253}$'))`,
  message: 'a key must consist of letters, digits, ., - and _',
  fieldPath: `.${field}`,
});

const isCel = (list: string, field: string): Validation => ({
  rule: `!has(self.${list}) || self.${list}.all(one, !has(one.${field}) || one.${field}.${PARSES}())`,
  message: `${field} is no CEL, or has a name that nothing declares`,
  fieldPath: `.${list}`,
});

const named = (pattern: string, what: string): Validation => ({
  rule: `!has(self.metadata.name) || self.metadata.name.matches('${pattern}')`,
  message: `the name must be ${what}`,
  fieldPath: '.metadata.name',
});

const claim = {
  required: ['accessModes', 'resources'],
  properties: {
    accessModes: {
      minItems: 1,
      items: {
        type: 'string',
        ...oneOf('ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod'),
      },
    },
    storageClassName: { ...SUBDOMAIN, pattern: `^$|${SUBDOMAIN.pattern}` },
    volumeMode: oneOf('Block', 'Filesystem'),
  },
  validations: [
    {
      rule: "has(self.resources.requests) && 'storage' in self.resources.requests",
      message: 'storage is missing',
      fieldPath: '.resources.requests',
    },
    {
      rule:
        "!has(self.resources.requests) || !('storage' in self.resources.requests) || " +
        "quantity(string(self.resources.requests['storage'])).sign() > 0",
      message: 'must be greater than zero',
      fieldPath: '.resources.requests',
    },
  ],
};

/** Configuration, storage, network and access. */
export const OTHERS: Additions = {
  'core.v1.ConfigMap': {
    validations: [
      keys('data'),
      keys('binaryData'),
      {
        rule: '!has(self.data) || !has(self.binaryData) || self.data.all(key, !(key in self.binaryData))',
        message: 'a key must not be in both data and binaryData',
      },
    ],
  },
  'core.v1.Secret': {
    validations: [
      keys('data'),
      keys('stringData'),
      {
        rule:
          "!has(self.type) || self.type != 'kubernetes.io/tls' || ['tls.crt', 'tls.key'].all(key, " +
          '(has(self.data) && key in self.data) || (has(self.stringData) && key in self.stringData))',
        message: 'a Secret of this type needs tls.crt and tls.key',
        fieldPath: '.data',
      },
    ],
  },
  'core.v1.Namespace': {
    validations: [
      named('^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$', 'a DNS label'),
      {
        rule:
          "!has(self.metadata.labels) || ['enforce', 'audit', 'warn'].all(mode, " +
          "!(('pod-security.kubernetes.io/' + mode) in self.metadata.labels) || " +
          "self.metadata.labels['pod-security.kubernetes.io/' + mode] in ['privileged', 'baseline', 'restricted'])",
        message: 'a Pod Security level must be privileged, baseline or restricted',
        fieldPath: '.metadata.labels',
      },
    ],
  },
  'core.v1.PersistentVolumeClaim': { required: ['spec'] },
  'core.v1.PersistentVolumeClaimSpec': claim,
  'core.v1.Service': {
    required: ['spec'],
    validations: [named('^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$', 'a DNS label that begins with a letter')],
  },
  'core.v1.ServiceSpec': {
    properties: {
      type: oneOf('ExternalName', 'ClusterIP', 'NodePort', 'LoadBalancer'),
      sessionAffinity: oneOf('ClientIP', 'None'),
      internalTrafficPolicy: oneOf('Cluster', 'Local'),
      externalTrafficPolicy: oneOf('', 'Cluster', 'Local'),
      ipFamilyPolicy: oneOf('SingleStack', 'PreferDualStack', 'RequireDualStack'),
      selector: { 'x-label-map': true },
    },
    validations: [
      {
        rule:
          "(has(self.ports) && self.ports.size() > 0) || (has(self.clusterIP) && self.clusterIP == 'None') || " +
          "(has(self.type) && self.type == 'ExternalName')",
        message: 'ports are missing',
        fieldPath: '.ports',
      },
      {
        rule: "!has(self.ports) || self.ports.size() < 2 || self.ports.all(port, has(port.name) && port.name != '')",
        message: 'with several ports, each port needs a name',
        fieldPath: '.ports',
      },
      {
        rule: "!has(self.clusterIP) || self.clusterIP in ['', 'None'] || isIP(self.clusterIP)",
        message: 'must be empty, None or an IP address',
        fieldPath: '.clusterIP',
      },
    ],
  },
  'core.v1.ServicePort': {
    properties: {
      name: { maxLength: 63, pattern: '^([a-z0-9]([-a-z0-9]*[a-z0-9])?)?$' },
      port: PORT,
      protocol: { default: 'TCP', ...PROTOCOL },
      // 0 is the port itself.
      targetPort: { ...NAMED_PORT, minimum: 0 },
      nodePort: { minimum: 0, maximum: 65535 },
    },
  },
  'networking.v1.NetworkPolicyPeer': {
    validations: [
      {
        rule: 'has(self.podSelector) || has(self.namespaceSelector) || has(self.ipBlock)',
        message: 'a peer needs a podSelector, a namespaceSelector or an ipBlock',
      },
      {
        rule: '!has(self.ipBlock) || (!has(self.podSelector) && !has(self.namespaceSelector))',
        message: 'ipBlock and selectors exclude each other',
        fieldPath: '.ipBlock',
      },
    ],
  },
  'networking.v1.NetworkPolicyPort': {
    properties: { protocol: PROTOCOL, port: NAMED_PORT, endPort: PORT },
  },
  'networking.v1.IPBlock': {
    validations: [{ rule: 'isCIDR(self.cidr)', message: 'must be an IP range', fieldPath: '.cidr' }],
  },
  'networking.v1.NetworkPolicySpec': {
    properties: { policyTypes: { maxItems: 2, items: { type: 'string', ...oneOf('Ingress', 'Egress') } } },
  },
  'networking.v1.IngressBackend': { validations: [exactlyOne('service', 'resource')] },
  'networking.v1.HTTPIngressPath': {
    properties: { pathType: oneOf('Exact', 'Prefix', 'ImplementationSpecific') },
  },
  'rbac.v1.RoleRef': {
    properties: {
      apiGroup: { default: 'rbac.authorization.k8s.io', ...oneOf('rbac.authorization.k8s.io') },
      kind: oneOf('Role', 'ClusterRole'),
      name: PRESENT,
    },
  },
  // In a RoleBinding it is the namespace of the binding where none is written.
  'rbac.v1.ClusterRoleBinding': {
    validations: [
      {
        rule:
          "!has(self.subjects) || self.subjects.all(one, one.kind != 'ServiceAccount' || " +
          "(has(one.__namespace__) && one.__namespace__ != ''))",
        message: 'a ServiceAccount needs a namespace',
        fieldPath: '.subjects',
      },
    ],
  },
  'rbac.v1.Subject': {
    properties: { kind: oneOf('ServiceAccount', 'User', 'Group'), name: PRESENT },
    validations: [
      {
        rule: "self.kind != 'ServiceAccount' || !format.dns1123Subdomain().validate(self.name).hasValue()",
        message: 'the name of a ServiceAccount must be a DNS subdomain',
        fieldPath: '.name',
      },
    ],
  },
  'admissionregistration.v1.ValidatingAdmissionPolicy': { required: ['spec'] },
  'admissionregistration.v1.Validation': {
    properties: { reason: oneOf('Forbidden', 'Invalid', 'RequestEntityTooLarge') },
  },
  'admissionregistration.v1.MatchResources': {
    properties: { matchPolicy: oneOf('Exact', 'Equivalent') },
  },
  'admissionregistration.v1.NamedRuleWithOperations': {
    required: ['apiGroups', 'apiVersions', 'resources', 'operations'],
    properties: {
      apiGroups: { minItems: 1 },
      apiVersions: { minItems: 1 },
      resources: { minItems: 1 },
      operations: {
        minItems: 1,
        items: { type: 'string', ...oneOf('*', 'CREATE', 'UPDATE', 'DELETE', 'CONNECT') },
      },
      scope: oneOf('*', 'Cluster', 'Namespaced'),
    },
  },
  'admissionregistration.v1.ValidatingAdmissionPolicySpec': {
    properties: { failurePolicy: oneOf('Fail', 'Ignore') },
    validations: [
      {
        rule:
          '!has(self.validations) || self.validations.all(one, ' +
          "(one.expression + (has(one.messageExpression) ? ' ' + one.messageExpression : ''))" +
          ".findAll('(^|[^.A-Za-z0-9_])variables[.][A-Za-z_][A-Za-z0-9_]*').all(use, has(self.variables) && " +
          "self.variables.exists(known, use.endsWith('variables.' + known.name))))",
        message: 'an expression uses a variable that is not declared',
        fieldPath: '.validations',
      },
      {
        rule:
          '!has(self.variables) || self.variables.all(one, ' +
          "one.expression.findAll('(^|[^.A-Za-z0-9_])variables[.][A-Za-z_][A-Za-z0-9_]*').all(use, " +
          "self.variables.exists(known, use.endsWith('variables.' + known.name) && " +
          'self.variables.indexOf(known) < self.variables.indexOf(one))))',
        message: 'a variable uses one that is not declared before it',
        fieldPath: '.variables',
      },
      isCel('validations', 'expression'),
      isCel('validations', 'messageExpression'),
      isCel('matchConditions', 'expression'),
      isCel('variables', 'expression'),
    ],
  },
  'admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec': {
    required: ['policyName', 'validationActions'],
    properties: {
      policyName: PRESENT,
      validationActions: { minItems: 1, items: { type: 'string', ...oneOf('Deny', 'Warn', 'Audit') } },
    },
  },
  'rbac.v1.PolicyRule': {
    properties: { verbs: { minItems: 1 } },
    validations: [
      {
        rule:
          '(has(self.nonResourceURLs) && self.nonResourceURLs.size() > 0) != ' +
          '(has(self.resources) && self.resources.size() > 0)',
        message: 'a rule must have either resources or nonResourceURLs',
      },
      {
        rule:
          '!has(self.resources) || self.resources.size() == 0 || ' +
          '(has(self.apiGroups) && self.apiGroups.size() > 0)',
        message: 'resources need apiGroups',
        fieldPath: '.apiGroups',
      },
    ],
  },
  'storage.v1.StorageClass': {
    properties: {
      provisioner: PRESENT,
      reclaimPolicy: oneOf('Delete', 'Retain'),
      volumeBindingMode: oneOf('Immediate', 'WaitForFirstConsumer'),
    },
  },
};
