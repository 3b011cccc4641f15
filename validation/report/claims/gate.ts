import type { Measured } from '../measured';
import { type Claim, differs, type Judged, notTestable, reproduced } from './claim';

const CONTROLLER = 'tests/validation/gate/controller.test.ts';
const KNEE = 'tests/validation/gate/knee.test.ts [load-knee]';
const T3 = 'tests/validation/load/load-run.test.ts [load-t3]';

const NO_GATE = notTestable('this run had no gate; needed: a run without --no-gate');

const gated =
  (judged: (run: Measured, gate: NonNullable<Measured['run']['gate']>) => Judged) => (run: Measured) =>
    run.run.gate === null ? NO_GATE : judged(run, run.run.gate);

const NO_T2 = notTestable('no level of this run passed T2; needed: more users in the plan (--users)');

/** Whether a number is as the paper has it, in relation to that. */
const isNear = (found: number, paper: number, allowed: number) => Math.abs(found / paper - 1) <= allowed;

/** Claims about how a run goes. */
export const GATE_CLAIMS: readonly Claim[] = [
  {
    number: 161,
    claim: 'Users are added only when telemetry says that the platform is stable, and not by the clock.',
    where: [CONTROLLER, 'events.jsonl'],
    judged: gated(({ decisions }) => {
      const rises = decisions.filter(
        ({ phase, users, next }) => (phase === 'baseline' || phase === 'ramp') && next.users > users,
      );
      const blind = rises.filter(({ judgement }) => judgement.kind !== 'stable').length;
      if (rises.length === 0) return notTestable('users were never added in this run; needed: a baseline');
      return blind === 0
        ? reproduced(`${rises.length} rises, each after a window that was judged stable`)
        : differs(`${blind} of ${rises.length} rises came after another judgement`);
    }),
  },
  {
    number: 162,
    claim: 'T2 is where the rolling mean of the time to the first token passes three times its baseline.',
    where: [CONTROLLER, KNEE],
    judged: gated(({ verdict }, { firstTokenFactor, window, breaches }) => {
      if (firstTokenFactor !== 3) return differs(`the settings of this run have ${firstTokenFactor} times`);
      if (verdict.bracket === undefined) return NO_T2;
      return reproduced(
        `between ${verdict.bracket.stable} and ${verdict.bracket.breach} users, in windows of ${window} s; judged at clients and engines, and only of ${breaches} windows in a row, so that one burst ends no ramp`,
      );
    }),
  },
  {
    number: 163,
    claim: 'T3, more than 5 % preemptions, stops the test at once.',
    where: [T3],
    judged: gated(({ run, verdict }, { preemptionRate }) =>
      run.end === 'preemptions'
        ? reproduced(`in this run: ${verdict.why ?? 'T3'}`)
        : reproduced(
            `by a test on the simulated engine: nothing is sent two seconds after it. It was not passed in this run, whose limit is ${(preemptionRate * 100).toFixed(1)} % of the scheduled requests (the paper names no denominator)`,
          ),
    ),
  },
  {
    number: 164,
    claim: 'T2 may come without preemptions, which shows that computing is the limit and not memory.',
    where: [KNEE, 'tests/local/engine.test.ts'],
    judged: gated(({ verdict, saturation, simulated }) => {
      if (verdict.bracket === undefined) return NO_T2;
      const breach = verdict.bracket.breach;
      const preemptions = saturation.find(({ users }) => users === breach)?.preemptions ?? Number.NaN;
      const on = simulated === null ? '' : ', on the simulated engine';
      return preemptions === 0
        ? reproduced(`no preemption in the windows with ${breach} users${on}`)
        : differs(`${preemptions} preemptions in the windows with ${breach} users${on}`);
    }),
  },
  {
    number: 165,
    claim: 'After T2 the test falls back to the soak by itself.',
    where: [CONTROLLER],
    judged: gated(({ verdict, run }) =>
      verdict.soak !== undefined && verdict.bracket !== undefined
        ? reproduced(`from ${verdict.bracket.breach} to ${verdict.soak.users} users`)
        : notTestable(`this run ended as ${run.end}; needed: one that passes T2 and comes to its soak`),
    ),
  },
  {
    number: 166,
    claim: 'The soak has 84.8 % of the users of T2 (190 of 224).',
    where: [CONTROLLER, 'validation/gate/settings.ts'],
    judged: gated(({ verdict }, { soak: { factor } }) => {
      if (verdict.soak === undefined || verdict.bracket === undefined) {
        return notTestable('this run had no soak after T2; needed: one that passes T2 and comes to its soak');
      }
      const said = `${verdict.soak.users} of ${verdict.bracket.breach} users, rounded down`;
      return Math.abs(factor - 190 / 224) < 0.001 ? reproduced(said) : differs(said);
    }),
  },
  {
    number: 167,
    claim: 'The soak lasts three hours.',
    where: ['vcf-ai load run --seconds', 'validation/load/presets.ts'],
    judged: gated(({ verdict, paper, run }) => {
      const seconds = verdict.soak?.seconds ?? 0;
      const clock =
        run.timeScale === 1 ? '' : ` of the plan’s clock, ${run.timeScale} times as fast as real time`;
      return isNear(seconds, paper.soak.seconds, 0.02)
        ? reproduced(`${seconds.toFixed(0)} s${clock}`)
        : notTestable(
            `${seconds.toFixed(0)} s${clock} in this run; needed: --seconds 39600, of which the soak takes three hours at most`,
          );
    }),
  },
  {
    number: 168,
    claim: 'The ramp takes about 25 minutes.',
    where: ['events.jsonl', 'validation/load/presets.ts'],
    judged: gated(({ phases, verdict, paper }, { window }) => {
      const seconds = phases
        .filter(({ phase }) => phase === 'ramp' || phase === 'baseline')
        .reduce((sum, one) => sum + one.seconds, 0);
      if (verdict.bracket === undefined) return NO_T2;
      const said = `${(seconds / 60).toFixed(1)} minutes with its baseline, in windows of ${window} s`;
      return isNear(seconds, paper.ramp.seconds, 0.2)
        ? reproduced(said)
        : differs(`${said}; the time follows from windows and levels, and the paper names neither`);
    }),
  },
  {
    number: 169,
    claim: 'T3 keeps the cluster from thrashing to failure.',
    where: [T3, 'tests/local/engine-trouble.test.ts'],
    judged: notTestable(
      'shown is that the load stops within two seconds and that a simulated engine recovers; needed: a GPU whose cache is driven over its limit',
    ),
  },
  {
    number: 170,
    claim: 'The thresholds are T2 and T3.',
    where: ['validation/gate/settings.ts'],
    judged: differs(
      'a T1 is nowhere defined in the paper; here the first threshold is a baseline that is sure enough to be compared with',
    ),
  },
  {
    number: 171,
    claim: 'T2 is shown by the 99th percentile of the time to the first token.',
    where: ['validation/gate/judge.ts', 'report.html, Figure 4'],
    judged: differs(
      'the paper’s rule names the rolling mean, its figure and text the 99th percentile. The rule is what the gate does; Figure 4 shows both',
    ),
  },
];
