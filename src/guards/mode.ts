import { z } from 'zod';
import type { Mode, Objection } from '../core/plugins.ts';
import { defineGuard } from '../core/plugins.ts';
import { ask, deny } from './grounds/objections.ts';

/**
 * How far kubemend may go by itself: `observe` and `suggest` (and so a dry run) never write, not even to undo; `ask` asks for each act,
 * `auto` for the high risk tier; both undo unasked what made things worse.
 */
export const mode = defineGuard({
  name: 'mode',
  options: z.strictObject({}),
  object: (_plan, { kind, mode: current, action }) =>
    objectionsIn(current, action.impact.tier).filter(({ decision }) => kind === 'act' || decision === 'deny'),
});

function objectionsIn(current: Mode, tier: 'low' | 'medium' | 'high'): readonly Objection[] {
  switch (current) {
    case 'observe':
      return [deny('the mode is observe: kubemend only looks; choose --mode ask or auto to let it act')];
    case 'suggest':
      return [deny('the mode is suggest: kubemend only says what it would do; choose --mode ask or auto to let it act')];
    case 'ask':
      return [ask('the mode is ask: each act needs an approval')];
    case 'auto':
      return tier === 'high' ? [ask('the risk tier is high: the mode auto decides low and medium only')] : [];
  }
}
