-- A copy for staging opens nothing: its keys and index are gone, and the vault says so.
-- The clients themselves stay readable: neutralising is no anonymising.
UPDATE insurance_vault_key
   SET wrapped = NULL, state = 'neutralized'
 WHERE wrapped IS NOT NULL;
DELETE FROM insurance_vault_index;
-- The copy carries out no destruction ledger: there is nothing left to destroy.
DELETE FROM insurance_vault_fingerprint WHERE starts_with(name, 'ledger');
INSERT INTO insurance_vault_fingerprint (name, value)
VALUES ('neutralized', 'neutralized')
ON CONFLICT (name) DO NOTHING;
