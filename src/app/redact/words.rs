//! Words that are names, and words that are none.
//!
//! Owns three lists and nothing else. Where a sentence announces a name, anything that is not an everyday word is one; where
//! it may be one or not, only what is written as a name or is a known one.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Words that are no names, in lower case: everyday words, and those that people write in capitals without naming a person.
const COMMON: &str = "
a about above across act actual actually after again against ago ahead aint all almost alone along already alright also
although always am amazing an and another answer answered answering any anybody anymore anyone anything anyway apart appeal
appealed appeals appointment appointments apply approved are area around as ask asked asking asks at attention available aware
away awesome b back bad based be because been before began beginner beginning behind being believe below beside best better
between big book books both bot bottom bought box break bring broke brought but buy by c call called calling calls came can
cannot cant care case cases cause certain change changed changes chapter check checked checking choose class classes clear
close closed come comes coming common complete completely computer concerned confused considering continue copy correct
correctly cost could couldnt couple course courses cover covered covers current currently d day days deal decided deep definitely
denied denies did didnt different difficult directly do does doesnt doing done dont double down drive due during e each earlier
early easier easy eat either else email emailed end ended enough enrolled enter entire entry etc even ever every everybody
everyone everything exactly exam exams except excited expensive experience experienced explain extra f face facility fail failed
failing fair fairly family far fast fax feel fell felt few figure figured file filed fill final finally find fine finish finished
first fit five fix folks follow following follows for forgot form forms forward found four free fresh friend friends from front
full fully fun further g gave general get gets getting give given gives go goes going gone gonna good got gotta grad graduate
graduated great group guess guy guys h had hadnt half hand happen happened happens happy hard hardly harder has hasnt hate have
havent having he head hear heard hell hello help helped helps her here heres hers hey hi high higher him his hold home hopefully
hoping hour hours house how however huge hybrid i id idea idk if ill im important in included including inside instead interested
into is isnt issue issues it its itself j job jobs join joined just k keep keeps kept kid kidding kids kind knew know knows l
lady large last late lately later least leave leaving left legally less let lets letter letters level like liked likely line list
listed literally little live lived lives living local log lol long longer look looked looking looks lose lost lot lots love loved
low lower m made mail main mainly make makes making man many match matter maybe me mean means meant meet meeting member members
message messages met might mine minute minutes miss missed missing misspelled mixed mom moms money month months more morning most
mostly move moved moving much must my myself n name named names near nearly need needed needs neither nervous never new newbie
newer next nice night no nobody none nope nor normal normally not note notes nothing now nowhere number numbers o obviously of off
office officially often oh ok okay old older omg on once one ones online only onto open opened or order orders other others our
ours out outside over overwhelmed own p page paid paper paperwork part particularly pass passed passing past pay paying payment pays
people per percent person personal phone pick picked place plan planned planning plans please pls plus point pretty probably problem
problems proceed profile program programs proud provided put puts q question questions quick quickly quite r ran rather re reach read
reading ready real really reason received recently record recorded records refused regarding register registered regular related
relatively remember remote report reported required responded rest result results retired return returned review reviewed right role
room rule rules run running s sad safe said same sat save saw say saying says schedule scheduled school scored screwed second see seeing
seem seemed seems seen self sell send sent separate serious seriously set several shall she should shouldnt show showed shows sick side
sign signed similar simple simply since sir sit site sitting situation slow small so some somebody somehow someone something sometimes
somewhere soon sooo sorry sort sounds specific specifically spelled spelling spent stage stand start started starting state states stay
still stop story strange stressed struggling stuck stuff such suggested super supposed sure surely surprised switch switched t take taken
takes taking talk talked talking teach tell tells ten terrible terrified test tested tests text than thank thanks that thats the their
theirs them themselves then there theres these they theyre thing things think thinking third this those though thought three through thru
throughout time times tired to today together told tomorrow tonight too took top total totally toward towards track tried true truly try
trying turn turned two type types typically u under understand unfortunately unless unsure until up update updated upon ur us use used
uses using usually v various very via visit visits w wait waited waiting walk want wanted wanting wants warning was wasnt watch way ways
we website week weekend weeks well went were werent what whatever whats when whenever where wherever whether which while who whoever whole
whom whose why will willing wish with within without wondering wont word words work worked working works world worried worry worse worst
worth would wouldnt write writes writing written wrong wrote x y yall yeah year years yep yes yesterday yet you youre your yours yourself z
absent accepted accurate address age anonymous attached bday birth birthday blank born cell city code codes coded complex confidential
country cute date dead death delivery describe description details disabled divorced document documents dr drs during duplicate elderly
equal equals exact example expired fake father female fictional gender genuinely hidden hyphenated identical illegible incorrect info
information initials insured invalid known label location male married masked matched mobile mother nickname original pending pregnant
previous previously private pronounced protected public redacted relevant removed secret sensitive sex similarly single stable street
summary surname tba tbd unavailable underlined unknown valid visible widowed yo
nurse nurses student students teacher teachers doctor doctors coder coders biller billers assistant manager managers supervisor boss
instructor mentor mentors tutor advisor coach counselor recruiter owner parent mama dad daddy husband wife son daughter sister brother
aunt uncle cousin grandma grandpa boyfriend girlfriend fiance partner roommate neighbor coworker colleague baby babies child children
woman women men girl girls boy boys adult adults veteran freshman junior senior rookie noob newcomer beginner amateur expert pro
everybody team all channel admin admins moderator mod staff crew class cohort group friends fam everyone family folks ladies gentlemen
there sirs madam bro sis dude babe honey hon dear darling god lord jesus
medical billing coding clinical health healthcare hospital clinic practice provider providers physician physicians surgeon specialist
specialists technician tech therapist pharmacist pharmacy patient patients client clients subscriber guarantor beneficiary claimant
insurance insurer payer payers payor claim claims denial denials policy account accounts acct invoice bill bills billed statement
statements charge charges fee fees chart charts diagnosis procedure procedures treatment therapy surgery encounter encounters admission
admissions access advocate advocacy navigator navigation portal relations representative rep reps registration registrar scheduling
scheduler intake transport transporter safety satisfaction responsibility rights privacy experience services service support financial
finance customer administration administrator administrative department dept unit ward emergency outpatient inpatient ambulatory hospice
referral referrals authorization auth prescription medication medications dose dosage lab labs imaging radiology cardiology oncology
dermatology anesthesia pediatric pediatrics ob gyn ortho orthopedic orthopedics dental vision mental behavioral nursing home rehab
primary secondary tertiary specialty general internal family urgent acute chronic history physical status education outcomes population
contact contacts center centre centers centered coordinator coordination collections collection copay deductible balance refund dues
membership certification certifications certified certificate credential credentials license licensed apprentice exam voucher
module modules unit lesson lessons quiz quizzes homework worksheet assignment syllabus lecture webinar workshop portal handout
modifier modifiers guideline guidelines manual edition index appendix table tables section sections subsection audit audits auditor
compliance confidentiality facility professional technical hipaa phi cms icd cpt hcpcs cpc cpca cca ccs ccsp rhit rhia cpb coc cic crc
cpma cbcs cmaa cmrs ccma cma cna lpn lvn rn bsn msn np pa md do phd mba ma ba bs aa as ged gpa ceu ceus faq pdf url usa us uk eu
aapc ahima nha nhaa amba hfma bls osha oig ocr irs ssa dmv er ed icu nicu or ot pt st snf asc dme edi era eob ncci mue lcd ncd rvu
em ehr emr pms pm npi dea ein tin ssn dob mrn dos pos drg hcc cdi him rcm cob ppo hmo epo pos hsa fsa hra va tricare champva
monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun january february march april may
june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec spring summer fall autumn winter
christmas thanksgiving easter halloween ramadan eid hanukkah labor memorial
american americans african asian black white hispanic latino latina latinx mexican canadian british english spanish french german
italian polish russian ukrainian chinese japanese korean vietnamese filipino filipina indian pakistani nigerian haitian jamaican
cuban dominican colombian brazilian arab arabic jewish muslim christian catholic european australian native immigrant bilingual
medicare medicaid aetna cigna humana anthem optum kaiser permanente united unitedhealthcare uhc bcbs blue cross shield molina centene
wellcare ambetter oscar tricare availity waystar epic cerner meditech athena athenahealth eclinicalworks kareo nextgen allscripts
encoder codify optum360 3m pearson pearsonvue vue prometric kryterion examity proctoru psi google gmail yahoo hotmail outlook microsoft
excel word teams zoom slack discord telegram whatsapp facebook instagram linkedin twitter reddit youtube tiktok indeed glassdoor monster
craigslist amazon apple iphone android windows mac chrome safari firefox edge adobe acrobat quizlet practicode careerstep penn foster
walmart target costco cvs walgreens fedex ups usps dhl paypal venmo zelle cashapp chatgpt gpt siri alexa uber lyft netflix spotify
california texas florida ohio michigan illinois georgia arizona nevada oregon colorado utah washington virginia tennessee alabama kansas
oklahoma louisiana kentucky indiana iowa missouri minnesota wisconsin nebraska dakota montana idaho wyoming alaska hawaii maine vermont
york jersey hampshire carolina delaware maryland massachusetts connecticut rhode island pennsylvania mississippi arkansas mexico
chicago houston dallas miami tampa orlando atlanta phoenix seattle portland denver boston philadelphia detroit cleveland columbus tulsa
canada america europe asia africa india china philippines nigeria
interaction interactions communication communications engagement demographics feedback eligibility estimate estimates survey surveys
families monitoring assessment assistance identification identifier matching verification friendly facing centric military non
abnormal able advanced advice afraid allergic allowed anxious appropriate asap bored broken busy cheap confident crazy cool curious
dealing definite depressed desperate disappointed dumb dying embarrassed exhausted fantastic fluent frustrated grateful guilty healthy
honest hungry impossible impressed insane lazy legit lost lucky mad motivated necessary obsessed ok panicking perfect possible positive
prepared qualified ridiculous scared screaming shaking shocked shook shy silly skeptical sleepy smart speechless starving stupid
subject terrible thankful thrilled unemployed unable useless useful willing wild worthy
";

/// Given names that are known as such in lower case, too.
const GIVEN: &str = "
aaliyah aaron abby abdul abdullah abigail adam adriana adrian ahmed aiden aisha alan alana albert alejandra alejandro alex alexa
alexander alexandra alexis alfredo ali alice alicia alina alisha alison allison alma alyssa amanda amara amber amelia amina amir amy ana
andre andrea andreas andrew andy angela angelica angelina angie anita anjali ann anna anne annette annie anthony antonio anya arjun
arlene armando arthur ashley ashlyn aurora austin ava avery barbara beatrice beatriz becky belinda ben benjamin bernadette bernice beth
bethany betty beverly bianca bob bobby bonnie brad bradley brandi brandon brandy breanna brenda brendan brent brett brian briana brianna
bridget brittany brooke bruce bryan bryce caitlin caleb calvin cameron camila camille candace carl carla carlos carmen carol carolina
caroline carolyn carrie casey cassandra cassie catherine cathy cecilia cedric celeste celia cesar chantel charlene charles charlotte
chelsea cheryl chloe chris christian christina christine christopher cindy claire clara clarissa claudia cody colin colleen connie connor
corey courtney craig cristina crystal curtis cynthia daisy dale damian dana daniel daniela danielle danny daphne darlene darren darryl
dave david dawn deanna deb debbie deborah debra deja delores denise dennis derek desiree desmond destiny devin devon diana diane diego
dolores dominic dominique donald donna doris dorothy doug douglas dustin dwayne dylan ebony eddie edgar edith eduardo edward edwin eileen
elaine eleanor elena eli elias elijah elisa elizabeth ella ellen emily emma emmanuel enrique eric erica erik erika erin ernest esmeralda
esperanza esteban esther ethan eugene eva evan evelyn faith fatima felicia felipe fernanda fernando fiona florence frances francesca
francis francisco franklin fred gabriel gabriela gabrielle gail gary gavin gene genesis george gerald geraldine gilbert gina giselle glenn
gloria gonzalo grace gregory greta guadalupe guillermo gwen hailey hannah harold harriet harry hassan hazel heather hector heidi helen
helena henry hilda holly howard hugo ian ibrahim ida ignacio imani ines ingrid irene iris irma isaac isabel isabella isaiah ivan ivy jack
jackie jackson jaclyn jacob jacqueline jada jade jaime jamal james jamie jan jane janelle janet janice jared jasmin jasmine jason javier
jayden jayla jaylen jazmin jean jeanette jeff jeffrey jen jenna jennifer jenny jeremiah jeremy jerome jerry jesse jessica jesus jill jillian
jim jimmy joan joann joanna joanne jocelyn jodi joe joel joey johanna john johnny jon jonathan jordan jorge jose joseph josephine josh
joshua joy joyce juan juana juanita judith judy julia julian juliana julie juliet julio justin kaitlyn kareem karen karina karla kate
katelyn katherine kathleen kathryn kathy katie katrina kayla keisha keith kelly kelsey ken kendra kenneth kenya keri kev kevin khadija kim
kimberly kirsten kristen kristin kristina kristy kyle kylie ladonna lakshmi lamar lana larry lashonda latasha latisha latoya laura lauren
laurie lawrence leah leila lena leo leon leonard leslie leticia liam lidia lillian lily linda lindsay lindsey lisa liz lois lola lorena
lorenzo lori lorraine louis louise lucas lucia lucille lucy luis luisa luke lupe luz lydia lynn mackenzie madeline madison magdalena
maggie malik mallory mandy manuel marc marcella marcia marco marcos marcus margaret margarita maria mariah mariam mariana maribel marie
marilyn mario marisa marisol marjorie mark marlene marsha marta martha martin marvin mary maryam matthew maureen mauricio megan mei melanie
melinda melissa melody mercedes meredith mia micah michael michaela michele michelle miguel mike mildred mindy miranda miriam misty mitchell
mohamed mohammad mohammed moises molly monica monique muhammad myra nadia nadine nancy naomi natalia natalie natasha nathan nathaniel neil
nicholas nick nicole nikki nina noah noel noemi nora norma olga olivia omar oscar owen paige pamela paola patrice patricia patrick patty
paul paula pauline pedro peggy penny perla peter philip phillip phyllis piotr priscilla priya rachel rafael ralph ramon ramona randall
randy raquel raul raven raymond rebecca regina renata renee rhonda ricardo richard rick ricky riley rita rob robert roberta roberto robin
rochelle rodney rodrigo roger roland ronald ronnie rosa rosalie rosario rosemary roxanne roy ruben ruby russell ruth ryan sabrina sade sally
salvador sam samantha samuel sandra sandy santiago santos sara sarah savannah scott sean sebastian selena sergio shana shane shannon sharon
shaun shauna shawn shay sheila shelby sherri sherry shirley sierra silvia simon sofia sonia sonya sophia sophie stacey stacy stanley stefanie
stella stephanie stephen steve steven stuart susan susana suzanne sydney sylvia tabitha tamara tameka tamika tammy tania tanisha tanner
tanya tara tasha tatiana taylor teresa terrance terrence terri terry thelma theodore theresa thomas tiffany tim timothy tina todd tom tommy
tonya tori tracey tracy travis trevor tricia trina trisha troy tyler tyrone valeria valerie vanessa vera veronica vicki vicky victor victoria
vincent violet virginia vivian wanda warren wayne wendell wendy whitney willa william willie wilma xavier ximena yasmin yesenia yolanda yvette
yvonne zachary zahra zainab zoe
doe
";

/// Everyday words that are surnames, too: behind a given name they are.
const SURNAMES: &str = "
best black blue case cross day days drew english fields foster french friend german good green hall hand head hill house
jersey king large lesson little long lord love lovely march marks may moon moore noble page park parks parent penn person
pope price rich sharp short small spring strange summer summers true walker washington waters way weeks well wells white
wild winter winters wise wish wood woods word worth york young
";

static COMMON_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| COMMON.split_whitespace().collect());
static GIVEN_NAMES: LazyLock<HashSet<&str>> = LazyLock::new(|| GIVEN.split_whitespace().collect());
static COMMON_SURNAMES: LazyLock<HashSet<&str>> = LazyLock::new(|| SURNAMES.split_whitespace().collect());

/// Whether a word, however it is written, is no name. A form of an everyday word is one, too.
pub fn is_common(word: &str) -> bool {
    let word = word.to_lowercase().replace('\'', "");
    COMMON_WORDS.contains(word.as_str())
        || word.strip_suffix('s').is_some_and(|word| COMMON_WORDS.contains(word))
        || word.split('-').count() > 1 && word.split('-').all(|part| COMMON_WORDS.contains(part))
}

/// Whether a word, however it is written, is known as a given name.
pub fn is_given(word: &str) -> bool {
    let word = word.to_lowercase();
    GIVEN_NAMES.contains(word.strip_suffix("'s").unwrap_or(&word))
}

/// Whether an everyday word, however it is written, is a surname, too.
pub fn is_surname(word: &str) -> bool {
    COMMON_SURNAMES.contains(word.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_known_however_they_are_written() {
        for word in ["The", "DON'T", "patients", "Medicare's", "part-time", "CPC"] {
            assert!(is_common(word), "{word}");
        }
        for word in ["Lopez", "okafor", "Maria-Jose", "-", ""] {
            assert!(!is_common(word), "{word}");
        }
        assert!(is_given("MARIA") && is_given("maria's") && !is_given("lopez"));
    }

    #[test]
    fn the_lists_are_in_lower_case_and_without_signs() {
        for word in COMMON_WORDS.iter().chain(GIVEN_NAMES.iter()).chain(COMMON_SURNAMES.iter()) {
            assert!(word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()), "{word}");
        }
    }
}
