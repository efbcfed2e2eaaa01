import java.io.File;
import java.util.TreeSet;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** One line a file, as veraPDF's own command tells it: PASS or FAIL, the flavour it claims, and what it breaks. */
public class Check {
    public static void main(String[] files) {
        VeraGreenfieldFoundryProvider.initialise();
        boolean all = true;
        for (String file : files) {
            try (PDFAParser parser = Foundries.defaultInstance().createParser(new File(file))) {
                ValidationResult result = Foundries.defaultInstance()
                    .createValidator(parser.getFlavour(), false).validate(parser);
                TreeSet<String> broken = new TreeSet<>();
                for (TestAssertion one : result.getTestAssertions())
                    if (one.getStatus() == TestAssertion.Status.FAILED)
                        broken.add(one.getRuleId().getClause() + " " + one.getMessage());
                all &= result.isCompliant();
                System.out.println((result.isCompliant() ? "PASS " : "FAIL ") + file + " "
                    + parser.getFlavour().getId() + (broken.isEmpty() ? "" : " " + broken));
            } catch (Exception problem) { // no PDF, or one that claims no flavour
                all = false;
                System.out.println("FAIL " + file + " " + problem);
            }
        }
        System.exit(all ? 0 : 1);
    }
}
