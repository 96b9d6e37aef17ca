-- What entered a section since a time: counted for the caps per source and day.
CREATE INDEX placement_entered ON placement (section, entered) WHERE shown = 1;
