/**
 * How far the sample month is. It names no client. Its presence says that all conversations of the store are invented,
 * so a month that was interrupted may go on.
 */
import { type Connection, type Model, Schema, type Types } from 'mongoose';

export interface SampleMonth {
  /** The company. */
  _id: Types.ObjectId;
  seed: number;
  days: number;
  perDay: number;
  /** The end of the month; fixed, so that a run that goes on plans the same lives. */
  untilAt: Date;
  /** All lives before this number are whole. */
  livesDone: number;
  isDone: boolean;
}

const sampleMonthSchema = new Schema<SampleMonth>(
  {
    _id: { type: Schema.Types.ObjectId, required: true },
    seed: { type: Number, required: true },
    days: { type: Number, required: true },
    perDay: { type: Number, required: true },
    untilAt: { type: Date, required: true },
    livesDone: { type: Number, required: true },
    isDone: { type: Boolean, required: true },
  },
  { strict: 'throw', collection: 'sampleMonths', versionKey: false },
);

export function sampleMonthModel(connection: Connection): Model<SampleMonth> {
  return connection.models.SampleMonth ?? connection.model<SampleMonth>('SampleMonth', sampleMonthSchema);
}
