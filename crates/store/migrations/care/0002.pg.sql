-- Serves W-4: why a registration ended, and registrations that were a mistake.
-- end_reason is a code of the domain's EndReason; end_note the words given for 'other'.
-- A registration made by mistake was never valid: both its days become 0001-01-01, so that it holds on no day, and
-- voided_from keeps the first day it had.
ALTER TABLE care_relation ADD COLUMN end_reason text COLLATE "C";
ALTER TABLE care_relation ADD COLUMN end_note text COLLATE "C";
ALTER TABLE care_relation ADD COLUMN voided_from date;
