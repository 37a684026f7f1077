-- Nodes hear of changed quiet hours as of any other change of a customer.
CREATE TRIGGER customer_quiet_hours AFTER UPDATE OF quiet_hours ON customer BEGIN
    UPDATE customer_revision SET revision = revision + 1;
    UPDATE customer SET revision = (SELECT revision FROM customer_revision) WHERE customer_key = new.customer_key;
END;
