from . import insurance_premium_calculator
from . import insurance_premium_calculator_line
from . import insurance_product_move
