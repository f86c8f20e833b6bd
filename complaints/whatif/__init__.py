"""What if last year's cases had run by another procedure file? Told again in the core, and compared."""

from complaints.whatif.compare import Comparison as Comparison
from complaints.whatif.compare import compare as compare
from complaints.whatif.past import Act as Act
from complaints.whatif.past import Past as Past
from complaints.whatif.past import past_of as past_of
from complaints.whatif.rerun import House as House
from complaints.whatif.rerun import rerun as rerun
from complaints.whatif.tally import Tally as Tally
