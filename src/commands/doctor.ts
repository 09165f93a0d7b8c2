import { BaseCommand } from '../cli/base-command.ts';
import type { GlobalFlags } from '../cli/global-flags.ts';
import type { UseCases } from '../cli/use-cases.ts';
import { CcMcpError, EXIT } from '../domain/errors.ts';
import type { ManifestLocation } from '../domain/manifest.ts';
import type { DoctorReport } from '../servers/doctor-report.ts';
import { doctorView } from '../ui/doctor.ts';

export default class Doctor extends BaseCommand<DoctorReport> {
  static override summary = 'Say what is wrong, and what to type';
  static override description = 'Exits 4 when no engine answers, 6 when something else needs you.';
  static override usage = 'doctor';
  static override examples = ['cc-mcp doctor', 'cc-mcp doctor --engine unix:///run/user/1000/docker.sock'];

  async run(): Promise<DoctorReport> {
    const { flags } = await this.parse(Doctor);
    const cases = await this.useCases(flags);
    const location = await this.manifestIfAny(cases, flags);
    const report = await cases.doctor(location === undefined ? {} : { location }, this.signal);
    this.output.print(doctorView(report, this.output.screen));
    if (!report.healthy) this.endWith(report.discovery.some(({ outcome }) => outcome === 'won') ? EXIT.partial : EXIT.engine);
    return report;
  }

  /** A manifest that is refused is a finding here, not the end. */
  private async manifestIfAny(cases: UseCases, flags: GlobalFlags): Promise<ManifestLocation | undefined> {
    try {
      return await this.locate(cases, flags);
    } catch (error) {
      if (!(error instanceof CcMcpError)) throw error;
      this.output.warn(error.message);
      return undefined;
    }
  }
}
