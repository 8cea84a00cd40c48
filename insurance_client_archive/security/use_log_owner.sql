-- Give the use log to a role of its own (level B): then not even SQL that runs as Odoo's
-- role can change, delete or hide a record, switch the triggers off or drop a month.
-- Odoo's role must not be a superuser. Run once, as a superuser, in Odoo's database, and
-- again after an update of the addon that changes these tables:
--
--   psql -d DATABASE -v ON_ERROR_STOP=1 -c "SET insurance.app_role = 'odoo'" \
--        -f use_log_owner.sql
--
-- Old records are deleted by the owner alone: Odoo writes a signed record of what was
-- approved (insurance_use_pruned) and calls insurance_use_log_prune(id), which refuses
-- whatever is younger than insurance_use_log_keep(). This script freezes that time at
-- the parameter's value of the moment, so that Odoo can't shorten it later.
--
-- Back: ALTER TABLE ... OWNER TO odoo for the tables, the sequence and the functions.
DO $script$
DECLARE
    app name := current_setting('insurance.app_role');
    owner name := 'insurance_use_log_owner';
    thing text;
    keep interval;
BEGIN
    IF (SELECT rolsuper FROM pg_roles WHERE rolname = app) THEN
        RAISE NOTICE 'Role % is a superuser: the log is not protected from it.', app;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = owner) THEN
        EXECUTE format('CREATE ROLE %I NOLOGIN', owner);
    END IF;
    -- for the partitions of months to come
    EXECUTE format('GRANT USAGE, CREATE ON SCHEMA %I TO %I', current_schema(), owner);

    FOR thing IN
        SELECT 'insurance_use_log'
        UNION ALL SELECT 'insurance_use_note'
        UNION ALL SELECT 'insurance_use_epoch'
        UNION ALL SELECT 'insurance_use_leaf'
        UNION ALL SELECT 'insurance_use_pruned'
        UNION ALL SELECT inhrelid::regclass::text FROM pg_inherits
            WHERE inhparent = 'insurance_use_log'::regclass
    LOOP
        EXECUTE format('ALTER TABLE %s OWNER TO %I', thing, owner);
        EXECUTE format('REVOKE ALL ON %s FROM PUBLIC, %I', thing, app);
    END LOOP;
    FOR thing IN
        SELECT unnest(ARRAY[
            'insurance_use_log', 'insurance_use_note',
            'insurance_use_epoch', 'insurance_use_leaf', 'insurance_use_pruned'])
    LOOP
        EXECUTE format('GRANT SELECT, INSERT ON %s TO %I', thing, app);
    END LOOP;
    -- the words of a user may be erased; the trigger asks for the right moment
    EXECUTE format('GRANT DELETE ON insurance_use_note TO %I', app);

    EXECUTE format('ALTER SEQUENCE insurance_use_log_id_seq OWNER TO %I', owner);
    EXECUTE format('REVOKE ALL ON SEQUENCE insurance_use_log_id_seq FROM %I', app);
    EXECUTE format('GRANT USAGE ON SEQUENCE insurance_use_log_id_seq TO %I', app);

    keep := insurance_use_log_keep();
    EXECUTE format(
        'CREATE OR REPLACE FUNCTION insurance_use_log_keep() RETURNS interval'
        ' AS %L LANGUAGE sql IMMUTABLE', format('SELECT interval %L', keep));
    FOR thing IN
        SELECT unnest(ARRAY[
            'insurance_use_log_guard()', 'insurance_use_log_protect(regclass)',
            'insurance_use_log_keep()', 'insurance_use_log_add_month(date)',
            'insurance_use_log_prune(integer)', 'insurance_use_log_drop_months()'])
    LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO %I', thing, owner);
    END LOOP;
    -- Odoo asks for the next months and for the end of old ones, the owner acts
    FOR thing IN
        SELECT unnest(ARRAY[
            'insurance_use_log_add_month(date)', 'insurance_use_log_prune(integer)',
            'insurance_use_log_drop_months()'])
    LOOP
        EXECUTE format(
            'ALTER FUNCTION %s SECURITY DEFINER SET search_path = %I, pg_temp',
            thing, current_schema());
    END LOOP;
END
$script$;
