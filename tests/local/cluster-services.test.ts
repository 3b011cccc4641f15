import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WEBHOOK, withdraw } from '../../local/cluster-services';
import { FIELD_MANAGER, type LiveObject, type ManagedFields } from '../../local/kube';

/** What is removed when the webhook has these managers. */
async function removed(managedFields: readonly ManagedFields[]): Promise<string[]> {
  const names: string[] = [];
  await withdraw(
    {
      get: async (apiVersion, kind, name): Promise<LiveObject | undefined> =>
        name === WEBHOOK
          ? { apiVersion, kind, metadata: { name, resourceVersion: '7', managedFields } }
          : undefined,
      remove: async (_apiVersion, _kind, name, _namespace, resourceVersion) => {
        names.push(`${name} ${resourceVersion}`);
      },
    },
    false,
  );
  return names;
}

const OURS: ManagedFields = { manager: FIELD_MANAGER, operation: 'Apply' };

test('what the datacenter brought goes with the platform, as it was read', async () => {
  // The AI Gateway controller writes its authority into it.
  const written: ManagedFields = { manager: 'ai-gateway-controller', operation: 'Update' };
  assert.deepEqual(await removed([OURS, written]), [`${WEBHOOK} 7`]);
});

test('what an update has taken over in the meantime stays', async () => {
  assert.deepEqual(await removed([OURS, { manager: 'pulumi-kubernetes', operation: 'Apply' }]), []);
});
