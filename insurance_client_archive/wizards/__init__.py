from . import insurance_state_change
